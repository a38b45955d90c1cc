//! Reading a case: files to parts, before the parts are linked.

mod expectation;
mod fact;
mod judgement;
mod results;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use super::evidence::{LocatorSpan, OutcomeRole};
use super::link::Relation;
use super::{Case, Expectation, Facts, Locator, linking, shapes};
use crate::diagnostic::{Code, Diagnostic, Problems, Refused, Setting, Severity};
use crate::document::reader::{Literal, Located, Node, Table};
use crate::document::shape::{Shape, Subject};
use crate::document::{Span, TextFile, canonical, levels, parse, reason};
use crate::framework::Frameworks;
use crate::name::{ClaimId, Layer, LinkId, StudyId, Word};
use crate::vocabulary::FactDefinition;

/// What the files say, with names not yet resolved.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) headers: Vec<Header>,
    pub(super) claims: Vec<ClaimPart>,
    pub(super) sources: Vec<SourcePart>,
    pub(super) evidence: Vec<EvidencePart>,
    pub(super) judgements: Vec<JudgementPart>,
    pub(super) levels: Vec<Setting>,
    /// The ids of what is there and cannot be read. What names them is not wrong.
    pub(super) unread: BTreeSet<String>,
    /// Whether some link cannot be read.
    pub(super) unread_links: bool,
}

#[derive(Clone)]
pub(super) struct Header {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) question: Option<String>,
    pub(super) as_of: Option<Date>,
    pub(super) framework: Option<Located<String>>,
    pub(super) layers: Option<Vec<Located<Layer>>>,
    pub(super) conclusion: Option<Located<String>>,
    pub(super) span: Span,
}

pub(super) struct ClaimPart {
    pub(super) id: Located<ClaimId>,
    pub(super) kind: Word,
    pub(super) text: String,
    /// Population, intervention, comparator, outcome.
    pub(super) pico: [Option<String>; 4],
    pub(super) facts: Facts,
    pub(super) expect: Vec<Expectation>,
    pub(super) links: Vec<LinkPart>,
    pub(super) span: Span,
}

pub(super) struct SourcePart {
    pub(super) id: Located<String>,
    pub(super) source: super::Source,
}

pub(super) struct EvidencePart {
    pub(super) id: Located<String>,
    pub(super) source: Located<String>,
    pub(super) relays: Vec<Located<String>>,
    pub(super) text: Option<String>,
    pub(super) locator: Option<Locator>,
    pub(super) study: Option<StudyId>,
    pub(super) outcome_role: Option<OutcomeRole>,
    pub(super) layer: Option<Layer>,
    pub(super) facts: Facts,
    pub(super) links: Vec<LinkPart>,
    pub(super) span: Span,
}

pub(super) struct LinkPart {
    pub(super) id: Option<Located<LinkId>>,
    pub(super) relation: Relation,
    pub(super) target: TargetPart,
    pub(super) because: Option<String>,
    pub(super) facts: Facts,
    pub(super) span: Span,
}

pub(super) enum TargetPart {
    /// A claim, or for an undercut the id of a link.
    Name(Located<String>),
    /// The link between two ends.
    Between { from: Located<String>, to: Located<String>, span: Span },
}

impl TargetPart {
    pub(super) const fn span(&self) -> &Span {
        match self {
            Self::Name(name) => &name.span,
            Self::Between { span, .. } => span,
        }
    }
}

pub(super) struct JudgementPart {
    pub(super) claim: Option<Located<String>>,
    pub(super) evidence: Option<Located<String>>,
    pub(super) judged: super::Judged,
    pub(super) reason: String,
    pub(super) by: String,
    pub(super) date: Date,
    pub(super) since: Option<Date>,
    pub(super) adjudicated: bool,
    pub(super) layer: Option<Layer>,
    pub(super) span: Span,
}

impl Case {
    /// Reads every `*.toml` file of a folder as one case.
    ///
    /// # Errors
    ///
    /// Every problem of every file, together: what cannot be read, what is not TOML, what does
    /// not belong, facts that no framework knows or that have the wrong type, links that lead
    /// nowhere, cycles.
    pub fn open(folder: impl AsRef<Path>, frameworks: &Frameworks) -> Result<Self, Refused> {
        Self::from_files(&read_folder(folder.as_ref())?, frameworks)
    }

    /// The files of a case: every `*.toml` file of a folder, or a single file. With more files beside them,
    /// [`Case::from_files`] reads the case with more evidence.
    ///
    /// # Errors
    ///
    /// What cannot be read, and a folder without TOML files.
    pub fn files(path: impl AsRef<Path>) -> Result<Vec<Arc<TextFile>>, Refused> {
        let path = path.as_ref();
        if path.is_dir() {
            return read_folder(path);
        }
        let file = TextFile::read(path, path.to_string_lossy().replace('\\', "/")).map_err(|diagnostic| *diagnostic)?;
        Ok(vec![file])
    }

    /// Reads one text as a case. The name is what messages and proofs call it.
    ///
    /// # Errors
    ///
    /// As [`Case::open`].
    pub fn from_toml(name: &str, text: &str, frameworks: &Frameworks) -> Result<Self, Refused> {
        Self::from_files(&[TextFile::new(name, text)], frameworks)
    }

    /// Reads several texts as one case. Their order does not matter.
    ///
    /// # Errors
    ///
    /// As [`Case::open`].
    pub fn from_files(files: &[Arc<TextFile>], frameworks: &Frameworks) -> Result<Self, Refused> {
        let mut files: Vec<&Arc<TextFile>> = files.iter().collect();
        files.sort_by_key(|file| file.name());
        let mut problems = Problems::default();
        let mut parts = Parts::default();
        let mut digest = canonical::Merged::default();
        let mut whole = true;
        let known = OnceCell::new();
        for file in &files {
            let Some(table) = parse(file, &mut problems) else {
                whole = false;
                continue;
            };
            let span = Span::new(file, 0..0);
            digest.add(table.get_ref(), &["check"]);
            let table = Table::open(file, &shapes::FILE, table.get_ref(), span, &mut problems);
            Reader { frameworks, problems: &mut problems, unread_links: false, known: &known }.file(&table, &mut parts);
        }
        // A file that is no TOML may hold what the others name.
        if !whole {
            problems.check()?;
            problems = Problems::default();
        }
        let first = files.first().map(|file| Span::new(file, 0..0));
        linking::link(parts, first.as_ref(), digest.digest(), problems)
    }
}

/// The TOML files of a folder, in the order of their names.
fn read_folder(folder: &Path) -> Result<Vec<Arc<TextFile>>, Refused> {
    let shown = folder.display();
    let unreadable = |error: std::io::Error| {
        let message = format!("`{shown}` cannot be read as a case: {}", reason(&error));
        Diagnostic::error(Code::UnreadableFile, message).help("a case is a folder of TOML files")
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        let message = format!("`{shown}` holds no TOML file");
        let help = "a case is a folder with at least one `*.toml` file; `evigrade new case NAME` makes one";
        return Err(Diagnostic::error(Code::NoCase, message).help(help).into());
    }
    paths.sort();
    let mut problems = Problems::default();
    let mut files = Vec::new();
    for path in paths {
        match TextFile::read(&path, path.to_string_lossy().replace('\\', "/")) {
            Ok(file) => files.push(file),
            Err(diagnostic) => problems.push(*diagnostic),
        }
    }
    problems.finish(files).map(|(files, _)| files)
}

fn owned(located: Located<&str>) -> Located<String> {
    located.map(str::to_owned)
}

fn id_of(table: &Table<'_>) -> Option<String> {
    table.get("id")?.as_text().map(str::to_owned)
}

struct Reader<'r> {
    frameworks: &'r Frameworks,
    problems: &'r mut Problems,
    unread_links: bool,
    /// All facts, for the nearest to one that nobody knows.
    known: &'r OnceCell<Vec<Arc<FactDefinition>>>,
}

impl Reader<'_> {
    fn file(&mut self, table: &Table<'_>, parts: &mut Parts) {
        if let Some(header) = table.table("case", &shapes::CASE, self.problems) {
            parts.headers.extend(self.header(&header));
        }
        for claim in table.tables("claim", &shapes::CLAIM, self.problems) {
            match self.claim(&claim) {
                Some(claim) => parts.claims.push(claim),
                None => parts.unread.extend(id_of(&claim)),
            }
        }
        for source in table.tables("source", &shapes::SOURCE, self.problems) {
            match self.source(&source) {
                Some(source) => parts.sources.push(source),
                None => parts.unread.extend(id_of(&source)),
            }
        }
        for item in table.tables("evidence", &shapes::EVIDENCE, self.problems) {
            match self.evidence(&item) {
                Some(item) => parts.evidence.push(item),
                None => parts.unread.extend(id_of(&item)),
            }
        }
        for judgement in table.tables("judgement", &shapes::JUDGEMENT, self.problems) {
            parts.judgements.extend(self.judgement(&judgement));
        }
        parts.levels.extend(levels::read(table, self.problems));
        parts.unread_links |= self.unread_links;
    }

    fn header(&mut self, table: &Table<'_>) -> Option<Header> {
        let id = table.name("id", self.problems);
        let title = table.text("title", self.problems);
        let names = table.names("layers", self.problems);
        let layers = table.has("layers").then(|| names.into_iter().map(|name| name.map(Layer::from)).collect());
        let header = Header {
            question: table.text("question", self.problems).map(|text| text.value),
            as_of: table.date("as-of", self.problems).map(|date| date.value),
            framework: self.framework(table),
            layers,
            conclusion: table.name("conclusion", self.problems).map(owned),
            span: table.span.clone(),
            id: id?.value.to_owned(),
            title: title?.value,
        };
        Some(header)
    }

    /// The framework that the case names. It may be graded under another, so one that is not there is
    /// no error yet.
    fn framework(&mut self, table: &Table<'_>) -> Option<Located<String>> {
        let name = owned(table.name("framework", self.problems)?);
        if self.frameworks.find(&name.value).is_err() {
            let unknown = self.frameworks.unknown(&name.value).at(&name.span);
            self.problems.push(Diagnostic { severity: Severity::Warning, ..unknown });
        }
        Some(name)
    }

    fn claim(&mut self, table: &Table<'_>) -> Option<ClaimPart> {
        let id = table.name("id", self.problems);
        let kind = table.name("kind", self.problems);
        let text = table.text("text", self.problems);
        let pico = ["population", "intervention", "comparator", "outcome"]
            .map(|key| table.text(key, self.problems).map(|text| text.value));
        let facts = self.facts(&table.rest(), Subject::Claim, Some(table));
        let expect = self.expectations(table);
        let links = self.links(table, &shapes::CLAIM_LINK);
        Some(ClaimPart {
            id: id?.map(ClaimId::from),
            kind: kind?.value.into(),
            text: text?.value,
            pico,
            facts,
            expect,
            links,
            span: table.span.clone(),
        })
    }

    fn source(&mut self, table: &Table<'_>) -> Option<SourcePart> {
        let id = table.name("id", self.problems);
        let title = table.text("title", self.problems);
        let authors = table.text("authors", self.problems).map(|text| text.value);
        let published = table.date("published", self.problems).map(|date| date.value);
        let retracted = table.date("retracted", self.problems);
        let particulars = shapes::PARTICULARS
            .into_iter()
            .filter_map(|key| Some((key, table.text(key, self.problems)?.value)))
            .collect();
        let id = owned(id?);
        let source = super::Source {
            id: id.value.as_str().into(),
            title: title?.value,
            authors,
            published,
            retracted: retracted.map(|date| super::Retraction { on: date.value, span: date.span }),
            particulars,
            span: table.span.clone(),
        };
        Some(SourcePart { id, source })
    }

    fn evidence(&mut self, table: &Table<'_>) -> Option<EvidencePart> {
        let id = table.name("id", self.problems);
        let source = table.name("source", self.problems);
        let relays = table.names("relays", self.problems).into_iter().map(owned).collect();
        let text = table.text("text", self.problems).map(|text| text.value);
        let locator = table.table("locator", &shapes::LOCATOR, self.problems);
        let locator = locator.map(|locator| self.locator(&locator));
        let study = table.name("study", self.problems).map(|name| StudyId::from(name.value));
        let outcome_role = table.word("outcome-role", &OutcomeRole::WORDS, self.problems).map(|role| role.value);
        let layer = table.name("layer", self.problems).map(|name| Layer::from(name.value));
        let facts = self.facts(&table.rest(), Subject::Evidence, Some(table));
        let links = self.links(table, &shapes::EVIDENCE_LINK);
        self.check_results(&facts, &links);
        let span = table.span.clone();
        let (id, source) = (owned(id?), owned(source?));
        Some(EvidencePart { id, source, relays, text, locator, study, outcome_role, layer, facts, links, span })
    }

    fn locator(&mut self, table: &Table<'_>) -> Locator {
        let places = ["section", "page", "paragraph", "table"].into_iter().filter_map(|key| {
            let literal = table.get(key)?.literal(self.problems)?;
            let shown = match literal.value {
                Literal::Text(text) => text,
                Literal::Number(number) => number.to_string(),
                Literal::Flag(flag) => flag.to_string(),
                Literal::Date(date) => date.to_string(),
            };
            Some(format!("{key} {shown}"))
        });
        let places: Vec<String> = places.collect();
        let place = (!places.is_empty()).then(|| places.join(", "));
        let quote = table.text("quote", self.problems).map(|text| text.value);
        Locator { place, quote, span: LocatorSpan(table.span.clone()) }
    }

    fn links(&mut self, table: &Table<'_>, shape: &'static Shape) -> Vec<LinkPart> {
        let tables = table.tables("link", shape, self.problems);
        let links: Vec<LinkPart> = tables.iter().filter_map(|table| self.link(table)).collect();
        self.unread_links |= links.len() < tables.len();
        links
    }

    fn link(&mut self, table: &Table<'_>) -> Option<LinkPart> {
        let id = table.name("id", self.problems).map(|name| name.map(LinkId::from));
        let because = table.text("because", self.problems).map(|text| text.value);
        let mut rest = table.rest();
        rest.retain(|entry| Relation::WORDS.iter().all(|(word, _)| *word != entry.key));
        let facts = self.facts(&rest, Subject::Link, Some(table));
        let relations = || Relation::WORDS.into_iter().filter(|(word, _)| table.keys().any(|key| key == *word));
        let stated: Vec<(&str, Relation)> = Relation::WORDS.into_iter().filter(|(word, _)| table.has(word)).collect();
        let refused = |message: String| {
            let words: Vec<String> = relations().map(|(word, _)| format!("`{word}`")).collect();
            let help = format!("{} has one of {}", table.called(), words.join(", "));
            Diagnostic::error(Code::LinkWithoutTarget, message).at(&table.span).help(help)
        };
        let (word, relation) = match stated.as_slice() {
            [] => {
                self.problems.push(refused("this link leads nowhere".to_owned()));
                return None;
            }
            [(word, relation)] if relations().any(|(known, _)| known == *word) => (*word, *relation),
            [(word, _)] => {
                self.problems.push(refused(format!("{} cannot be `{word}`", table.called())));
                return None;
            }
            several => {
                let words: Vec<String> = several.iter().map(|(word, _)| format!("`{word}`")).collect();
                let message = format!("this link has more than one relation: {}", words.join(", "));
                self.problems.push(refused(message));
                return None;
            }
        };
        let target = self.target(table.get(word)?)?;
        Some(LinkPart { id, relation, target, because, facts, span: table.span.clone() })
    }

    fn target(&mut self, node: Node<'_>) -> Option<TargetPart> {
        if !node.is_table() {
            let name = node.name(self.problems)?.to_owned();
            return Some(TargetPart::Name(Located::new(name, node.span())));
        }
        let table = node.table(&shapes::UNDERCUT, self.problems)?;
        let (from, to) = (table.name("from", self.problems)?, table.name("to", self.problems)?);
        Some(TargetPart::Between { from: owned(from), to: owned(to), span: node.span() })
    }
}
