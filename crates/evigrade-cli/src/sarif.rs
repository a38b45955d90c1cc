//! SARIF 2.1.0, the Static Analysis Results Interchange Format of OASIS: findings as code hosts show
//! them in review. The paragraphs named below are those of the standard.

mod uri;

use std::collections::BTreeMap;

use evigrade::diagnostic::{Code, Diagnostic, Label, Severity};
use evigrade::document::Span;
use serde::Serialize;

use self::uri::Uris;
use crate::output::Failure;

/// Where the schema of a log can be had.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What the fingerprint is made of. Who makes it of something else gives it another number.
const FINGERPRINT: &str = "evigradeFinding/v1";

/// A log of one run with these findings, as text.
pub(crate) fn log<'d>(findings: impl IntoIterator<Item = &'d Diagnostic>) -> Result<String, Failure> {
    let findings: Vec<&Diagnostic> = findings.into_iter().collect();
    let mut levels: BTreeMap<Code, Severity> = BTreeMap::new();
    for finding in &findings {
        let level = levels.entry(finding.code).or_insert(finding.severity);
        *level = finding.severity.max(*level);
    }
    let codes: Vec<Code> = levels.keys().copied().collect();
    let mut writer = Writer { uris: Uris::of_process(), codes, told: BTreeMap::new() };
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "Evigrade",
                version: env!("CARGO_PKG_VERSION"),
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: home(env!("CARGO_PKG_HOMEPAGE"), env!("CARGO_PKG_REPOSITORY")),
                language: "en-GB",
                rules: levels.iter().map(|(code, severity)| rule(*code, *severity)).collect(),
            },
        },
        column_kind: "unicodeCodePoints",
        results: findings.iter().map(|finding| writer.result(finding)).collect(),
    };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    let text = serde_json::to_string_pretty(&log).map_err(|error| Failure::Ours(error.to_string()))?;
    Ok(text + "\n")
}

/// The address that the manifest tells, if it tells one.
fn home(homepage: &'static str, repository: &'static str) -> Option<&'static str> {
    [homepage, repository].into_iter().find(|address| !address.is_empty())
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// A kind of finding.
fn rule(code: Code, severity: Severity) -> Rule {
    let help = format!(
        "docs/diagnostics/{code}.md of Evigrade's documentation tells the cause, with an example that shows it and \
         one that does not."
    );
    Rule {
        id: code.word(),
        // The names of rules are written like those of types.
        name: format!("{code:?}"),
        short_description: Message::of(literal(code.about())),
        full_description: Message::of(literal(code.about())),
        help: Message::of(help),
        default_configuration: Configuration { level: level(severity) },
    }
}

struct Writer {
    uris: Uris,
    codes: Vec<Code>,
    /// How often each fingerprint was given.
    told: BTreeMap<String, usize>,
}

impl Writer {
    fn result(&mut self, finding: &Diagnostic) -> Finding {
        let (first, others) = match finding.labels.split_first() {
            Some((first, others)) => (Some(first), others),
            None => (None, [].as_slice()),
        };
        let related: Vec<Location> = others.iter().zip(1..).map(|(label, id)| self.location(label, Some(id))).collect();
        Finding {
            rule_id: finding.code.word(),
            rule_index: self.codes.iter().position(|code| *code == finding.code).unwrap_or_default(),
            level: level(finding.severity),
            message: Message::of(text(finding)),
            locations: first.iter().map(|label| self.location(label, None)).collect(),
            related_locations: related,
            partial_fingerprints: BTreeMap::from([(FINGERPRINT, self.fingerprint(finding))]),
        }
    }

    fn location(&self, label: &Label, id: Option<usize>) -> Location {
        let message = (!label.text.is_empty()).then(|| Message::of(literal(&label.text)));
        let physical_location = PhysicalLocation {
            artifact_location: ArtifactLocation { uri: self.uris.of(label.span.file().name()) },
            region: Region::of(&label.span),
        };
        Location { id, physical_location, message }
    }

    /// What a finding is known by from run to run: not by its line, which moves with every edit above
    /// it. Those that are alike in a file are counted.
    fn fingerprint(&mut self, finding: &Diagnostic) -> String {
        let file = finding.labels.first().map(|label| self.uris.of(label.span.file().name())).unwrap_or_default();
        let hash = hmac_sha256::Hash::hash(format!("{}\0{file}\0{}", finding.code, finding.message).as_bytes());
        let hash: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let told = self.told.entry(hash.clone()).or_default();
        *told += 1;
        format!("{hash}:{told}")
    }
}

/// The message, the help, and the other places: code hosts show those that the text links to.
fn text(finding: &Diagnostic) -> String {
    let mut text = sentence(&finding.message);
    for note in &finding.notes {
        text.push(' ');
        text.push_str(&sentence(note));
    }
    if let Some(help) = &finding.help {
        text.push(' ');
        text.push_str(&sentence(help));
    }
    let mut links = Vec::new();
    for (label, id) in finding.labels.iter().skip(1).zip(1..) {
        let said = if label.text.is_empty() { "another place" } else { label.text.as_str() };
        links.push(format!("[{}]({id})", link_text(said)));
    }
    if !links.is_empty() {
        text.push_str(&format!(" See {}.", links.join(", ")));
    }
    text
}

/// Text as a sentence: where there is little room, code hosts show the first alone.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let mut sentence: String = first.chain(letters).collect();
    if !sentence.ends_with(['.', '?', '!']) {
        sentence.push('.');
    }
    literal(&sentence)
}

/// Text with its braces doubled, since single ones stand for arguments (3.11.5).
fn literal(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// Text of a link (3.11.6).
fn link_text(text: &str) -> String {
    literal(text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Finding>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    information_uri: Option<&'static str>,
    language: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    name: String,
    short_description: Message,
    full_description: Message,
    help: Message,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

impl Message {
    const fn of(text: String) -> Self {
        Self { text }
    }
}

/// What SARIF calls a result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

/// A stretch of a file; the end is the column after the last (3.30.8).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

impl Region {
    fn of(span: &Span) -> Self {
        let (start_line, start_column) = span.file().line_and_column(span.range().start);
        let (end_line, end_column) = span.file().line_and_column(span.range().end);
        Self { start_line, start_column, end_line, end_column }
    }
}

#[cfg(test)]
mod tests {
    use evigrade::document::TextFile;

    use super::*;

    #[test]
    fn braces_and_brackets_do_not_read_as_arguments_and_links() {
        let file = TextFile::new("a.toml", "a = 1\nb = 'é' # c\n");
        let finding = Diagnostic::error(Code::UnknownKey, "`{a}` is no key")
            .at(&Span::new(&file, 0..1))
            .label(&Span::new(&file, 6..14), "as in `[[claim]]`")
            .help("write `b`");
        assert_eq!(text(&finding), "`{{a}}` is no key. Write `b`. See [as in `\\[\\[claim\\]\\]`](1).");
        let region = Region::of(&finding.labels[1].span);
        assert_eq!((region.start_line, region.start_column), (2, 1));
        assert_eq!((region.end_line, region.end_column), (2, 8), "columns are counted in characters");
    }
}
