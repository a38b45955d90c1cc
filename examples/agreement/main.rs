//! Agreement: published gradings, in a table of records, held against what a framework makes of them.
//!
//! A mapping tells what the columns are as facts, and what the published words are as levels. The program
//! tells how many grades agree, what was taken for what, and of each difference how the framework comes to
//! its level.
//!
//! `cargo run --release --example agreement` takes the small table beside this program. Yours go after two
//! dashes: `-- MAPPING TABLE [--framework ID|FILE] [--set NAME=VALUE]... [--only COLUMN=WORD] [--show N]`.
//! Tables end in `.csv`, or in `.tsv` where columns are set apart by tabulators.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use evigrade::name::Name;
use evigrade::report::{Page, Report, explanation_text};
use evigrade::value::Value;
use evigrade::{Case, Compiled, Frameworks, Run, Status, grade};
use toml::Table;

type Failure = Box<dyn Error>;
type Row = BTreeMap<String, String>;

/// What the columns of a table are.
struct Mapping {
    table: Table,
    folder: PathBuf,
    /// Tables whose rows are items, by file, each with its rows by key.
    joined: BTreeMap<String, BTreeMap<String, Vec<Row>>>,
}

fn rows(path: &Path) -> Result<Vec<Row>, Failure> {
    let delimiter = if path.extension().is_some_and(|word| word == "tsv") { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_path(path)?;
    let plain = |cell: &str| cell.trim_start_matches('\u{feff}').trim().to_owned();
    let headings: Vec<String> = reader.headers()?.iter().map(plain).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        rows.push(headings.iter().cloned().zip(record?.iter().map(plain)).collect());
    }
    Ok(rows)
}

fn text<'t>(table: &'t Table, key: &str) -> Result<&'t str, Failure> {
    table.get(key).and_then(toml::Value::as_str).ok_or_else(|| format!("the mapping needs `{key}`, a text").into())
}

fn cell<'r>(row: &'r Row, column: &str) -> Result<&'r str, Failure> {
    row.get(column).map(String::as_str).ok_or_else(|| format!("the table has no column `{column}`").into())
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

impl Mapping {
    fn read(path: &Path) -> Result<Self, Failure> {
        let table: Table = std::fs::read_to_string(path)?.parse()?;
        let folder = path.parent().unwrap_or_else(|| Path::new("")).to_owned();
        Ok(Self { table, folder, joined: BTreeMap::new() })
    }

    /// Reads the tables whose rows are items. They lie beside the table of records, or the mapping.
    fn join(&mut self, beside: &Path) -> Result<(), Failure> {
        for item in self.list("item") {
            if let (Some(file), Some(key)) = (item.get("rows"), item.get("key")) {
                let (file, key) = (file.as_str().unwrap_or_default(), key.as_str().unwrap_or_default());
                let near = beside.parent().unwrap_or_else(|| Path::new("")).join(file);
                let path = if near.exists() { near } else { self.folder.join(file) };
                let mut by_key: BTreeMap<String, Vec<Row>> = BTreeMap::new();
                for row in rows(&path)? {
                    by_key.entry(cell(&row, key)?.to_owned()).or_default().push(row);
                }
                self.joined.insert(file.to_owned(), by_key);
            }
        }
        Ok(())
    }

    fn list(&self, key: &str) -> Vec<Table> {
        let tables = self.table.get(key).and_then(toml::Value::as_array).into_iter().flatten();
        tables.filter_map(|table| table.as_table().cloned()).collect()
    }

    /// A value as TOML writes it: a plain one as it stands, or that of a cell. Nothing for a cell that
    /// says nothing.
    fn value(from: &toml::Value, row: &Row, part: &str) -> Result<Option<String>, Failure> {
        let Some(from) = from.as_table() else { return Ok(Some(from.to_string())) };
        let mut found = match from.get("column").and_then(toml::Value::as_str) {
            Some(column) => cell(row, column)?,
            None => part,
        };
        if let Some(at) = from.get("before").and_then(toml::Value::as_str) {
            found = found.split_once(at).map_or(found, |(before, _)| before);
        }
        if let Some(at) = from.get("after").and_then(toml::Value::as_str) {
            found = found.split_once(at).map_or("", |(_, after)| after);
        }
        if let Some(holds) = from.get("contains").and_then(toml::Value::as_str) {
            return Ok(Some(found.contains(holds).to_string()));
        }
        let otherwise = || from.get("otherwise").map(ToString::to_string);
        if found.is_empty() {
            // What a code without a suffix means may follow from how it begins.
            let begins = from.get("empty").and_then(toml::Value::as_table);
            let longest = begins.into_iter().flatten().filter(|(begin, _)| part.starts_with(begin.as_str()));
            return Ok(match begins {
                Some(_) => longest.max_by_key(|(begin, _)| begin.len()).map(|(_, value)| value.to_string()),
                None => from.get("empty").map(ToString::to_string),
            });
        }
        if let Some(words) = from.get("words").and_then(toml::Value::as_table) {
            return match words.get(found).map(ToString::to_string).or_else(otherwise) {
                Some(word) => Ok(Some(word)),
                None => Err(format!("the mapping does not say what `{found}` is").into()),
            };
        }
        if from.get("number").and_then(toml::Value::as_bool) == Some(true) {
            let number = found.parse::<f64>().is_ok_and(f64::is_finite);
            return Ok(if number { Some(found.to_owned()) } else { otherwise() });
        }
        Ok(Some(quoted(found)))
    }

    fn facts(from: Option<&toml::Value>, row: &Row, part: &str) -> Result<Vec<(String, String)>, Failure> {
        let mut facts = Vec::new();
        for (fact, from) in from.and_then(toml::Value::as_table).into_iter().flatten() {
            if let Some(value) = Self::value(from, row, part)? {
                facts.push((fact.clone(), value));
            }
        }
        Ok(facts)
    }

    /// Whether a row is one of those that an item is made of.
    fn wanted(item: &Table, row: &Row) -> Result<bool, Failure> {
        let Some(asked) = item.get("where").and_then(toml::Value::as_table) else { return Ok(true) };
        let cell = cell(row, text(asked, "column")?)?;
        let lists = |key: &str| {
            let words = asked.get(key).and_then(toml::Value::as_array);
            words.map(|words| words.iter().any(|word| word.as_str() == Some(cell)))
        };
        Ok(lists("in").unwrap_or(true) && !lists("not-in").unwrap_or(false))
    }

    /// The text of an item, with its link.
    fn item(item: &Table, id: usize, row: &Row, part: &str, sources: &mut Vec<String>) -> Result<String, Failure> {
        let source = match item.get("source") {
            Some(from) => Self::value(from, row, part)?.unwrap_or_else(|| quoted("table")),
            None => quoted("table"),
        };
        if !sources.contains(&source) {
            sources.push(source.clone());
        }
        let mut text = format!("[[evidence]]\nid = \"item-{id}\"\nsource = {source}\n");
        // Items of one source that say the same in the same place are one item: tell the places apart.
        if let Some(place) = item.get("place")
            && let Some(place) = Self::value(place, row, part)?
        {
            writeln!(text, "locator = {{ section = {place} }}")?;
        }
        for (fact, value) in Self::facts(item.get("facts"), row, part)? {
            writeln!(text, "{fact} = {value}")?;
        }
        let refutes = item.get("refutes-if-begins").and_then(toml::Value::as_str);
        let relation = match item.get("relation").and_then(toml::Value::as_str) {
            Some(relation) => relation,
            None if refutes.is_some_and(|letter| part.starts_with(letter)) => "refutes",
            None => "supports",
        };
        writeln!(text, "[[evidence.link]]\n{relation} = \"claim\"")?;
        for (fact, value) in Self::facts(item.get("link"), row, part)? {
            writeln!(text, "{fact} = {value}")?;
        }
        Ok(text)
    }

    /// A record as a case with one claim.
    fn case(&self, row: &Row) -> Result<String, Failure> {
        let mut claim = format!(
            "[[claim]]\nid = \"claim\"\nkind = {}\ntext = {}\n",
            quoted(text(&self.table, "kind")?),
            quoted(text(&self.table, "text")?)
        );
        for (fact, value) in Self::facts(self.table.get("facts"), row, "")? {
            writeln!(claim, "{fact} = {value}")?;
        }
        let mut sources = vec![quoted("table")];
        let mut items = String::new();
        let mut count = 0;
        let mut add = |item: &Table, row: &Row, part: &str| -> Result<(), Failure> {
            if !Self::wanted(item, row)? {
                return Ok(());
            }
            count += 1;
            items += &Self::item(item, count, row, part, &mut sources)?;
            Ok(())
        };
        for item in self.list("item") {
            if let Some(file) = item.get("rows").and_then(toml::Value::as_str) {
                let key = cell(row, text(&self.table, "id")?)?;
                for joined in self.joined.get(file).and_then(|by_key| by_key.get(key)).into_iter().flatten() {
                    add(&item, joined, "")?;
                }
            } else if let Some(column) = item.get("each").and_then(toml::Value::as_str) {
                let separator = item.get("separator").and_then(toml::Value::as_str).unwrap_or(",");
                let taken = |other: &str| -> bool {
                    // What the same record says elsewhere goes before this.
                    item.get("unless-in").and_then(toml::Value::as_str).is_some_and(|column| {
                        let code = |part: &str| part.trim().split('_').next().unwrap_or_default().to_owned();
                        row.get(column).is_some_and(|cell| cell.split(separator).any(|part| code(part) == code(other)))
                    })
                };
                let parts: Vec<&str> = cell(row, column)?.split(separator).map(str::trim).collect();
                for part in parts.into_iter().filter(|part| !part.is_empty() && !taken(part)) {
                    add(&item, row, part)?;
                }
            } else {
                add(&item, row, "")?;
            }
        }
        let mut judgements = String::new();
        let framework = text(&self.table, "framework")?;
        for judge in self.list("judge") {
            let (decision, reason) = (text(&judge, "decision")?, text(&judge, "reason")?);
            let reason = cell(row, reason)?;
            let asked = judge.get("if-reason").and_then(toml::Value::as_bool) == Some(true);
            let from = judge.get("value").ok_or("a `[[judge]]` needs a `value`")?;
            if let Some(value) = Self::value(from, row, "")?.filter(|_| !asked || !reason.is_empty()) {
                let reason = if reason.is_empty() { "As published." } else { reason };
                writeln!(
                    judgements,
                    "[[judgement]]\nclaim = \"claim\"\nframework = {}\ndecision = {}\nvalue = {value}\nreason = {}\n\
                     by = \"the authors of the table\"\non = 2020-01-01",
                    quoted(framework),
                    quoted(decision),
                    quoted(reason)
                )?;
            }
        }
        let mut case = String::from("[case]\nid = \"record\"\ntitle = \"A record\"\nconclusion = \"claim\"\n");
        for source in sources {
            writeln!(case, "[[source]]\nid = {source}\ntitle = {source}")?;
        }
        Ok(case + &claim + &items + &judgements)
    }

    /// The published grade as a level of the framework.
    fn published(&self, row: &Row) -> Result<String, Failure> {
        let word = cell(row, text(&self.table, "published")?)?;
        let levels = self.table.get("levels").and_then(toml::Value::as_table);
        let level = levels.and_then(|levels| levels.get(word)).and_then(toml::Value::as_str);
        level.map(str::to_owned).ok_or_else(|| format!("the mapping does not say which level `{word}` is").into())
    }
}

/// What is asked for.
struct Asked {
    mapping: PathBuf,
    table: PathBuf,
    framework: Option<String>,
    set: Vec<(Name, String)>,
    only: Option<(String, String)>,
    show: usize,
}

impl Asked {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let beside = |name: &str| Path::new("examples/agreement").join(name);
        let mut asked = Self {
            mapping: beside("mapping.toml"),
            table: beside("published.csv"),
            framework: None,
            set: Vec::new(),
            only: None,
            show: 3,
        };
        let mut paths = Vec::new();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut next = || arguments.next().cloned().ok_or_else(|| format!("`{argument}` needs a value"));
            let pair = |text: String| {
                let (name, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not NAME=VALUE"))?;
                Ok::<_, String>((name.to_owned(), value.to_owned()))
            };
            match argument.as_str() {
                "--framework" => asked.framework = Some(next()?),
                "--set" => {
                    let (name, value) = pair(next()?)?;
                    asked.set.push((Name::from(name.as_str()), value));
                }
                "--only" => asked.only = Some(pair(next()?)?),
                "--show" => asked.show = next()?.parse()?,
                path => paths.push(PathBuf::from(path)),
            }
        }
        if let [mapping, table] = paths.as_slice() {
            (asked.mapping, asked.table) = (mapping.clone(), table.clone());
        } else if !paths.is_empty() {
            return Err("a mapping and a table are needed".into());
        }
        Ok(asked)
    }
}

/// The program, with what it prints to; the test of the examples calls it too.
pub(crate) fn run(arguments: &[String], out: &mut dyn Write) -> Result<(), Failure> {
    let asked = Asked::read(arguments)?;
    let mut mapping = Mapping::read(&asked.mapping)?;
    mapping.join(&asked.table)?;
    let mut frameworks = Frameworks::built_in();
    let id = match &asked.framework {
        Some(file) if file.ends_with(".toml") => frameworks.add_file(file)?.as_str().to_owned(),
        Some(id) => id.clone(),
        None => text(&mapping.table, "framework")?.to_owned(),
    };
    mapping.table.insert("framework".to_owned(), id.clone().into());
    let framework = frameworks.find(&id)?;
    let value = |(name, text): (Name, String)| {
        let value = text.parse().map_or_else(|_| Value::Choice(text.as_str().into()), Value::Number);
        (name, value)
    };
    let compiled = Compiled::with_parameters(framework, &asked.set.into_iter().map(value).collect())?;
    let scale = framework.scale.as_ref().ok_or("the framework grades nothing")?;
    let mut confusion: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut differences = Vec::new();
    let (mut agree, mut all) = (0, 0);
    for row in rows(&asked.table)? {
        if let Some((column, word)) = &asked.only
            && cell(&row, column)? != word
        {
            continue;
        }
        let record = cell(&row, text(&mapping.table, "id")?)?;
        let published = mapping.published(&row)?;
        let failed = |error: String| format!("record `{record}`: {error}");
        let case =
            Case::from_toml(record, &mapping.case(&row).map_err(|error| failed(error.to_string()))?, &frameworks);
        let case = case.map_err(|refused| failed(refused.to_string()))?;
        let grading = grade(&case, &compiled, &Run::default()).map_err(|refused| failed(refused.to_string()))?;
        let verdict = grading.verdict().ok_or("the case has no conclusion")?;
        let given = match verdict.status() {
            Status::Graded(level) => level.to_string(),
            _ => "open".to_owned(),
        };
        all += 1;
        agree += usize::from(given == published);
        if given != published {
            let report = Report::new(&grading);
            differences.push((record.to_owned(), published.clone(), given.clone(), report));
        }
        *confusion.entry((published, given)).or_default() += 1;
    }
    let percent = 100.0 * f64::from(agree as u32) / f64::from((all as u32).max(1));
    writeln!(out, "{agree} of {all} grades agree under {id} ({percent:.2} %).\n")?;
    let mut words: Vec<String> = scale.levels.iter().chain(&scale.outcomes).map(ToString::to_string).collect();
    words.push("open".to_owned());
    words.retain(|word| confusion.keys().any(|(published, given)| published == word || given == word));
    let width = words.iter().map(|word| word.chars().count()).max().unwrap_or_default().max("published".len()) + 4;
    let head: String = (1..=words.len()).map(|column| format!("{column:>7}")).collect();
    writeln!(out, "{:width$}{head}", "published")?;
    for (position, published) in words.iter().enumerate() {
        let count = |given: &String| confusion.get(&(published.clone(), given.clone())).copied().unwrap_or_default();
        let counts: String = words.iter().map(|given| format!("{:>7}", count(given))).collect();
        let name = format!("{} {published}", position + 1);
        writeln!(out, "{name:width$}{counts}")?;
    }
    writeln!(out, "(the columns are what the rules give, under the same numbers)")?;
    for (record, published, given, report) in differences.iter().take(asked.show) {
        writeln!(out, "\n{record}: published {published}, and the rules give {given}\n")?;
        write!(out, "{}", explanation_text(report, &Page::default()))?;
    }
    match differences.len().saturating_sub(asked.show) {
        0 => {}
        1 => writeln!(out, "\nand one more differs (`--show {}` tells all)", differences.len())?,
        more => writeln!(out, "\nand {more} more differ (`--show {}` tells all)", differences.len())?,
    }
    Ok(())
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    run(&arguments, &mut io::stdout().lock())
}
