//! Linking: names are resolved to what they name, and everything that leads nowhere, stands twice or goes
//! round in a circle is refused together.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use super::graph::{MOST_SHOWN, build};
use super::load::{ClaimPart, EvidencePart, Header, JudgementPart, LinkPart, Parts, TargetPart};
use super::{
    Case, Claim, ClaimIndex, Evidence, EvidenceIndex, Judgement, JudgementOn, Link, LinkEnd, LinkIndex, LinkTarget,
    Relation, Source, SourceIndex,
};
use crate::diagnostic::{Code, Diagnostic, Problems, Refused, Setting};
use crate::document::Span;
use crate::document::levels::subjects;
use crate::document::reader::Located;
use crate::name::{ClaimId, EvidenceId, Layer, nearest};

/// Makes a case of its parts.
pub(super) fn link(
    parts: Parts,
    first: Option<&Span>,
    digest: String,
    mut problems: Problems,
) -> Result<Case, Refused> {
    let header = header(&parts.headers, first, &mut problems).cloned();
    let names = Names::collect(&parts, &mut problems);
    let levels = levels(&parts, &mut problems);
    let unread = parts.unread.clone();
    let linker = Linker { names, problems: &mut problems };
    let (claims, evidence, sources, links, judgements) = linker.resolve(parts);
    let conclusion = header.as_ref().and_then(|header| {
        let wanted = header.conclusion.as_ref()?;
        let found = claims.iter().position(|claim: &Claim| claim.id == *wanted.value);
        if found.is_none() && !unread.contains(&wanted.value) {
            let message = format!("the conclusion `{}` is no claim of this case", wanted.value);
            let near = problems.nearest(&wanted.value, claims.iter().map(|claim| claim.id.as_str()));
            let diagnostic = Diagnostic::error(Code::UnknownClaim, message).at(&wanted.span);
            problems.push(diagnostic.did_you_mean_or(near, "name the `id` of one of its claims"));
        }
        found.map(ClaimIndex::new)
    });
    let layers = header.as_ref().and_then(|header| header.layers.as_deref());
    let taken = layers.map(|layers| taken_layers(layers, &evidence, &judgements, &mut problems));
    let graph = build(&claims, &evidence, &links, &mut problems);
    let named = header.map(|header| {
        let framework = header.framework.map(|name| name.value.as_str().into());
        (header.id.as_str().into(), header.title, header.question, header.as_of, framework)
    });
    let ((named, graph), warnings) = problems.finish((named, graph))?;
    // Without a header there was an error, and `finish` has returned.
    let (id, title, question, as_of, framework) = named.unwrap_or_else(|| ("".into(), String::new(), None, None, None));
    Ok(Case {
        id,
        title,
        question,
        as_of,
        framework,
        layers: taken,
        conclusion,
        claims,
        evidence,
        sources,
        links,
        judgements,
        graph,
        set_aside: BTreeSet::new(),
        digest,
        warnings,
        levels,
    })
}

/// The levels of checks; those that are set for something that is not there are reported.
fn levels(parts: &Parts, problems: &mut Problems) -> Vec<Setting> {
    let claims = parts.claims.iter().map(|claim| claim.id.value.as_str());
    let items = parts.evidence.iter().map(|item| item.id.value.as_str());
    let sources = parts.sources.iter().map(|source| source.id.value.as_str());
    let unread = parts.unread.iter().map(String::as_str);
    subjects(&parts.levels, "the case", claims.chain(items).chain(sources).chain(unread), problems);
    parts.levels.clone()
}

/// The layers that a run takes unless it says otherwise; one that nothing belongs to is reported.
fn taken_layers(
    wanted: &[Located<Layer>],
    evidence: &[Evidence],
    judgements: &[Judgement],
    problems: &mut Problems,
) -> Vec<Layer> {
    let of_evidence = evidence.iter().filter_map(|item| item.layer.as_ref());
    let known: Vec<&Layer> =
        of_evidence.chain(judgements.iter().filter_map(|judgement| judgement.layer.as_ref())).collect();
    for layer in wanted.iter().filter(|layer| !known.contains(&&layer.value)) {
        let message = format!("nothing belongs to the layer `{}`", layer.value);
        let near = nearest(layer.value.as_str(), known.iter().map(|layer| layer.as_str()));
        let diagnostic = Diagnostic::error(Code::UnknownName, message).at(&layer.span);
        problems.push(diagnostic.did_you_mean_or(near, "name a `layer` of its evidence"));
    }
    wanted.iter().map(|layer| layer.value.clone()).collect()
}

fn header<'h>(headers: &'h [Header], first: Option<&Span>, problems: &mut Problems) -> Option<&'h Header> {
    let Some((header, others)) = headers.split_first() else {
        if !problems.has_errors() {
            let diagnostic = Diagnostic::error(Code::NoCase, "no file has a `[case]` table")
                .help("begin one file with `[case]`, `id = \"...\"` and `title = \"...\"`");
            problems.push(first.map_or(diagnostic.clone(), |span| diagnostic.at(span)));
        }
        return None;
    };
    for other in others {
        let diagnostic = match (&header.conclusion, &other.conclusion) {
            (Some(one), Some(two)) => Diagnostic::error(Code::TwoConclusions, "the case has two conclusions")
                .label(&two.span, "a second conclusion")
                .label(&one.span, "the first one")
                .help("a case has one verdict: keep one, or cut the case in two"),
            _ => Diagnostic::error(Code::DuplicateId, "the case has two `[case]` tables")
                .label(&other.span, "a second `[case]`")
                .label(&header.span, "the first one")
                .help("keep one of them; the other tables may stand in as many files as you like"),
        };
        problems.push(diagnostic);
    }
    Some(header)
}

/// What the ids of a case stand for.
struct Names {
    claims: HashMap<String, ClaimIndex>,
    evidence: HashMap<String, EvidenceIndex>,
    sources: HashMap<String, SourceIndex>,
    unread: BTreeSet<String>,
    unread_links: bool,
}

impl Names {
    fn collect(parts: &Parts, problems: &mut Problems) -> Self {
        let claims = parts.claims.iter().map(|part| part.id.clone().map(|id| id.as_str().to_owned()));
        let evidence = parts.evidence.iter().map(|part| part.id.clone());
        let nodes: Vec<Located<String>> = claims.chain(evidence).collect();
        unique(&nodes, "claim or evidence item", problems);
        let sources: Vec<Located<String>> = parts.sources.iter().map(|part| part.id.clone()).collect();
        unique(&sources, "source", problems);
        let index = |located: &[Located<String>]| -> HashMap<String, usize> {
            located.iter().enumerate().rev().map(|(index, id)| (id.value.clone(), index)).collect()
        };
        let (claims, evidence) = nodes.split_at(parts.claims.len());
        Self {
            claims: index(claims).into_iter().map(|(id, index)| (id, ClaimIndex::new(index))).collect(),
            evidence: index(evidence).into_iter().map(|(id, index)| (id, EvidenceIndex::new(index))).collect(),
            sources: index(&sources).into_iter().map(|(id, index)| (id, SourceIndex::new(index))).collect(),
            unread: parts.unread.clone(),
            unread_links: parts.unread_links || !parts.unread.is_empty(),
        }
    }
}

fn unique<T: Eq + Hash + std::fmt::Display>(ids: &[Located<T>], what: &str, problems: &mut Problems) {
    let mut first: HashMap<&T, &Span> = HashMap::new();
    for id in ids {
        match first.get(&id.value) {
            None => {
                first.insert(&id.value, &id.span);
            }
            Some(before) => {
                let message = format!("`{}` is the id of more than one {what}", id.value);
                let diagnostic = Diagnostic::error(Code::DuplicateId, message)
                    .label(&id.span, "again here")
                    .label(before, "first here")
                    .help("give one of them another id");
                problems.push(diagnostic);
            }
        }
    }
}

type Resolved = (Vec<Claim>, Vec<Evidence>, Vec<Source>, Vec<Link>, Vec<Judgement>);

struct Linker<'p> {
    names: Names,
    problems: &'p mut Problems,
}

impl Linker<'_> {
    fn resolve(mut self, parts: Parts) -> Resolved {
        let mut claims = Vec::with_capacity(parts.claims.len());
        let mut evidence = Vec::with_capacity(parts.evidence.len());
        let mut pending: Vec<(LinkEnd, LinkPart)> = Vec::new();
        for (index, part) in parts.claims.into_iter().enumerate() {
            let ClaimPart { id, kind, text, pico, facts, expect, links, span } = part;
            let [population, intervention, comparator, outcome] = pico;
            pending.extend(links.into_iter().map(|link| (LinkEnd::Claim(ClaimIndex::new(index)), link)));
            let id: ClaimId = id.value;
            claims.push(Claim { id, kind, text, population, intervention, comparator, outcome, facts, expect, span });
        }
        for (index, part) in parts.evidence.into_iter().enumerate() {
            let EvidencePart { id, source, relays, text, locator, study, outcome_role, layer, facts, links, span } =
                part;
            pending.extend(links.into_iter().map(|link| (LinkEnd::Evidence(EvidenceIndex::new(index)), link)));
            let id: EvidenceId = id.value.as_str().into();
            let source = self.source(&source).unwrap_or(SourceIndex(0));
            let relays = relays.iter().filter_map(|relayed| self.source(relayed)).collect();
            evidence.push(Evidence { id, text, source, relays, locator, study, outcome_role, layer, facts, span });
        }
        let links = self.links(pending, &claims, &evidence);
        let judgements = parts.judgements.into_iter().filter_map(|part| self.judgement(part, &links)).collect();
        let sources = parts.sources.into_iter().map(|part| part.source).collect();
        (claims, evidence, sources, links, judgements)
    }

    fn source(&mut self, name: &Located<String>) -> Option<SourceIndex> {
        let found = self.names.sources.get(&name.value).copied();
        if found.is_none() && !self.names.unread.contains(&name.value) {
            let message = format!("there is no source `{}`", name.value);
            let near = self.problems.nearest(&name.value, self.names.sources.keys().map(String::as_str));
            let diagnostic = Diagnostic::error(Code::UnknownSource, message).at(&name.span);
            self.problems.push(diagnostic.did_you_mean_or(near, "add a `[[source]]` with this `id`"));
        }
        found
    }

    fn claim(&mut self, name: &Located<String>) -> Option<ClaimIndex> {
        let found = self.names.claims.get(&name.value).copied();
        if found.is_none() && !self.names.unread.contains(&name.value) {
            let diagnostic = if self.names.evidence.contains_key(&name.value) {
                let message = format!("`{}` is an evidence item, not a claim", name.value);
                let help = "name the `id` of a claim; what attacks another item's link `undercuts` it";
                Diagnostic::error(Code::UnknownClaim, message).at(&name.span).help(help)
            } else {
                let message = format!("there is no claim `{}`", name.value);
                let near = self.problems.nearest(&name.value, self.names.claims.keys().map(String::as_str));
                let help = "add a `[[claim]]` with this `id`";
                Diagnostic::error(Code::UnknownClaim, message).at(&name.span).did_you_mean_or(near, help)
            };
            self.problems.push(diagnostic);
        }
        found
    }

    fn item(&mut self, name: &Located<String>) -> Option<EvidenceIndex> {
        let found = self.names.evidence.get(&name.value).copied();
        if found.is_none() && !self.names.unread.contains(&name.value) {
            let message = format!("there is no evidence item `{}`", name.value);
            let near = self.problems.nearest(&name.value, self.names.evidence.keys().map(String::as_str));
            let diagnostic = Diagnostic::error(Code::UnknownEvidence, message).at(&name.span);
            self.problems.push(diagnostic.did_you_mean_or(near, "add an `[[evidence]]` item with this `id`"));
        }
        found
    }

    fn links(&mut self, pending: Vec<(LinkEnd, LinkPart)>, claims: &[Claim], evidence: &[Evidence]) -> Vec<Link> {
        let ids: Vec<_> = pending.iter().filter_map(|(_, part)| part.id.clone()).collect();
        unique(&ids, "link", self.problems);
        let by_id: HashMap<String, LinkIndex> = pending
            .iter()
            .enumerate()
            .filter_map(|(index, (_, part))| Some((part.id.as_ref()?.value.as_str().to_owned(), LinkIndex::new(index))))
            .collect();
        // First the links to claims, then those to links, which look for the former by their ends.
        let mut ends: HashMap<(LinkEnd, ClaimIndex), LinkIndex> = HashMap::new();
        let mut targets: Vec<Option<LinkTarget>> = vec![None; pending.len()];
        for (index, (from, part)) in pending.iter().enumerate() {
            let TargetPart::Name(name) = &part.target else { continue };
            if part.relation == Relation::Undercuts {
                continue;
            }
            let Some(claim) = self.claim(name) else { continue };
            targets[index] = Some(LinkTarget::Claim(claim));
            if let Some(before) = ends.insert((*from, claim), LinkIndex::new(index)) {
                let message = format!("this links to `{}` twice", name.value);
                let diagnostic = Diagnostic::error(Code::DuplicateLink, message)
                    .label(&part.span, "again here")
                    .label(&pending[before.index()].1.span, "first here")
                    .help("one item bears on one claim in one way");
                self.problems.push(diagnostic);
            }
        }
        for (index, (_, part)) in pending.iter().enumerate() {
            if part.relation == Relation::Undercuts {
                targets[index] = self.undercut(&part.target, &by_id, &ends).map(LinkTarget::Link);
            }
        }
        self.refuse_undercut_circles(&pending, &targets, claims, evidence);
        let unresolved = LinkTarget::Claim(ClaimIndex(0));
        pending
            .into_iter()
            .zip(targets)
            .map(|((from, part), target)| Link {
                id: part.id.map(|id| id.value),
                from,
                relation: part.relation,
                target: target.unwrap_or(unresolved),
                because: part.because,
                facts: part.facts,
                span: part.span,
            })
            .collect()
    }

    fn undercut(
        &mut self,
        target: &TargetPart,
        by_id: &HashMap<String, LinkIndex>,
        ends: &HashMap<(LinkEnd, ClaimIndex), LinkIndex>,
    ) -> Option<LinkIndex> {
        let (found, message, near) = match target {
            TargetPart::Name(name) => {
                let near = self.problems.nearest(&name.value, by_id.keys().map(String::as_str)).map(str::to_owned);
                (by_id.get(&name.value).copied(), format!("there is no link with the id `{}`", name.value), near)
            }
            TargetPart::Between { from, to, .. } => {
                let claim = self.claim(to)?;
                let end = match self.names.claims.get(&from.value) {
                    Some(claim) => LinkEnd::Claim(*claim),
                    None => LinkEnd::Evidence(self.item(from)?),
                };
                let message = format!("there is no link from `{}` to `{}`", from.value, to.value);
                (ends.get(&(end, claim)).copied(), message, None)
            }
        };
        if found.is_none() && !self.names.unread_links {
            let diagnostic = Diagnostic::error(Code::UnknownLink, message).at(target.span());
            let diagnostic = match near {
                Some(near) => diagnostic.did_you_mean(Some(&near)),
                None => {
                    diagnostic.help("an undercut attacks a link: name it by its id, or as `{ from = ..., to = ... }`")
                }
            };
            self.problems.push(diagnostic);
        }
        found
    }

    fn refuse_undercut_circles(
        &mut self,
        pending: &[(LinkEnd, LinkPart)],
        targets: &[Option<LinkTarget>],
        claims: &[Claim],
        evidence: &[Evidence],
    ) {
        // Every link undercuts at most one other, so a walk that comes back is a circle.
        let mut done = vec![false; pending.len()];
        for start in 0..pending.len() {
            let mut path: Vec<usize> = Vec::new();
            let mut at = start;
            while !done[at] {
                done[at] = true;
                path.push(at);
                match targets[at] {
                    Some(LinkTarget::Link(next)) => at = next.index(),
                    _ => break,
                }
            }
            let Some(begin) = path.iter().position(|link| *link == at) else { continue };
            if !matches!(targets[at], Some(LinkTarget::Link(_))) {
                continue;
            }
            let mut diagnostic = Diagnostic::error(Code::Cycle, "these undercuts attack each other in a circle");
            for link in path[begin..].iter().take(MOST_SHOWN) {
                let (end, part) = &pending[*link];
                let who = match end {
                    LinkEnd::Claim(claim) => claims[claim.index()].id.as_str(),
                    LinkEnd::Evidence(item) => evidence[item.index()].id.as_str(),
                };
                diagnostic = diagnostic.label(&part.span, format!("an undercut by `{who}`"));
            }
            self.problems.push(diagnostic.help("take one of them out: none of them can be said to stand"));
        }
    }

    fn judgement(&mut self, part: JudgementPart, links: &[Link]) -> Option<Judgement> {
        let claim = part.claim.as_ref().map(|claim| self.claim(claim));
        let item = part.evidence.as_ref().map(|item| self.item(item));
        let on = match (claim, item) {
            (Some(claim), None) => JudgementOn::Claim(claim?),
            (None, Some(item)) => JudgementOn::Evidence(item?),
            (Some(claim), Some(item)) => {
                let (claim, item) = (claim?, item?);
                let linked =
                    |link: &Link| link.from == LinkEnd::Evidence(item) && link.target == LinkTarget::Claim(claim);
                if !links.iter().any(linked) {
                    if self.names.unread_links {
                        return None;
                    }
                    let message = "this judgement is about a link that is not there";
                    let diagnostic = Diagnostic::error(Code::UnknownLink, message).at(&part.span);
                    self.problems
                        .push(diagnostic.help("link the evidence item to the claim, or judge one of them alone"));
                    return None;
                }
                JudgementOn::Link(item, claim)
            }
            (None, None) => return None,
        };
        let JudgementPart { judged, reason, by, date, since, adjudicated, layer, span, .. } = part;
        Some(Judgement { on, judged, reason, by, date, since, adjudicated, layer, span })
    }
}
