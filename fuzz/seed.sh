#!/bin/sh
# Makes the seed corpora: a file for each case and framework of the project.
set -eu
cd "$(dirname "$0")"
mkdir -p corpus/case corpus/framework
cp ../rules/*.toml corpus/framework/
cp ../crates/evigrade-cli/templates/framework.toml corpus/framework/
cp ../crates/evigrade-cli/templates/case.toml corpus/case/template.toml
cp ../tests/hostile/case.toml corpus/case/everything.toml
# The files of a case are read together, so they are one seed.
for folder in ../evidence/*/; do
    set -- "$folder"*.toml
    if [ -e "$1" ]; then
        for file in "$@"; do
            cat "$file"
            echo
        done > "corpus/case/$(basename "$folder").toml"
    fi
done
