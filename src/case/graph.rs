//! The graph of a case: claims and evidence items are nodes and links are edges; a link that is undercut
//! is a node as well, so that the undercut has something to point at.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::{Claim, ClaimIndex, Evidence, EvidenceIndex, Link, LinkEnd, LinkIndex, LinkTarget, Relation};
use crate::diagnostic::{Code, Diagnostic, Problems};

/// A node of a case's graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// A claim.
    Claim(ClaimIndex),
    /// An evidence item.
    Evidence(EvidenceIndex),
    /// A link that some item undercuts.
    Link(LinkIndex),
}

/// An edge of a case's graph: a link and its relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Arc {
    /// The link.
    pub link: LinkIndex,
    /// Its relation.
    pub relation: Relation,
}

/// Claims and evidence with the links between them.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    graph: DiGraph<Node, Arc>,
    /// Claims in an order in which each comes after all whose grades it needs.
    order: Vec<ClaimIndex>,
    /// For every claim, the links that bear on it: from evidence and claims, and, for a
    /// conclusion, its own `rests-on` links.
    bearing: Vec<Vec<LinkIndex>>,
    /// For every link, the links that undercut it.
    undercuts: BTreeMap<LinkIndex, Vec<LinkIndex>>,
}

impl Graph {
    /// The graph itself.
    #[must_use]
    pub const fn petgraph(&self) -> &DiGraph<Node, Arc> {
        &self.graph
    }

    /// The claims in an order in which each comes after all whose grades it needs.
    #[must_use]
    pub fn order(&self) -> &[ClaimIndex] {
        &self.order
    }

    /// The links that bear on a claim: those that point at it and, for a conclusion, those by
    /// which it rests on others. Undercuts are not among them.
    #[must_use]
    pub fn bearing_on(&self, claim: ClaimIndex) -> &[LinkIndex] {
        &self.bearing[claim.index()]
    }

    /// The links that undercut a link.
    #[must_use]
    pub fn undercuts_of(&self, link: LinkIndex) -> &[LinkIndex] {
        self.undercuts.get(&link).map_or(&[], Vec::as_slice)
    }
}

/// How many links or names of a circle are shown.
pub(super) const MOST_SHOWN: usize = 20;

/// Names in a message, at most the first of them.
fn listed(names: &[String]) -> String {
    let first = names[..names.len().min(MOST_SHOWN)].join(", ");
    if names.len() > MOST_SHOWN { format!("{first} and {} more", names.len() - MOST_SHOWN) } else { first }
}

/// Builds the graph and the order of the claims; circles among claims are refused.
pub(super) fn build(claims: &[Claim], evidence: &[Evidence], links: &[Link], problems: &mut Problems) -> Graph {
    if problems.has_errors() {
        return Graph::default();
    }
    let mut graph: DiGraph<Node, Arc> = DiGraph::with_capacity(claims.len() + evidence.len(), links.len());
    let of_claims: Vec<NodeIndex> =
        (0..claims.len()).map(|index| graph.add_node(Node::Claim(ClaimIndex::new(index)))).collect();
    let of_evidence: Vec<NodeIndex> =
        (0..evidence.len()).map(|index| graph.add_node(Node::Evidence(EvidenceIndex::new(index)))).collect();
    let mut of_links: BTreeMap<LinkIndex, NodeIndex> = BTreeMap::new();
    let mut bearing = vec![Vec::new(); claims.len()];
    let mut undercuts: BTreeMap<LinkIndex, Vec<LinkIndex>> = BTreeMap::new();
    // Claim -> claim whose grade needs it.
    let mut needs: DiGraph<ClaimIndex, LinkIndex> = DiGraph::with_capacity(claims.len(), 0);
    for index in 0..claims.len() {
        needs.add_node(ClaimIndex::new(index));
    }
    for (index, link) in links.iter().enumerate() {
        let index = LinkIndex::new(index);
        let from = match link.from {
            LinkEnd::Claim(claim) => of_claims[claim.index()],
            LinkEnd::Evidence(item) => of_evidence[item.index()],
        };
        let to = match link.target {
            LinkTarget::Claim(claim) => of_claims[claim.index()],
            LinkTarget::Link(link) => *of_links.entry(link).or_insert_with(|| graph.add_node(Node::Link(link))),
        };
        graph.add_edge(from, to, Arc { link: index, relation: link.relation });
        match (link.from, link.target) {
            (_, LinkTarget::Link(attacked)) => undercuts.entry(attacked).or_default().push(index),
            (LinkEnd::Evidence(_), LinkTarget::Claim(claim)) => bearing[claim.index()].push(index),
            (LinkEnd::Claim(from), LinkTarget::Claim(to)) => {
                let (child, parent) = if link.relation == Relation::RestsOn { (to, from) } else { (from, to) };
                bearing[parent.index()].push(index);
                needs.add_edge(NodeIndex::new(child.index()), NodeIndex::new(parent.index()), index);
            }
        }
    }
    let order = order(&needs, claims, links, problems);
    Graph { graph, order, bearing, undercuts }
}

fn order(
    needs: &DiGraph<ClaimIndex, LinkIndex>,
    claims: &[Claim],
    links: &[Link],
    problems: &mut Problems,
) -> Vec<ClaimIndex> {
    // Components come out with those that nothing depends on last: parents before children. (The
    // algorithm does not recurse, so chains can be as long as they like.)
    let mut order = Vec::with_capacity(claims.len());
    for component in petgraph::algo::kosaraju_scc(needs) {
        let circular = component.len() > 1 || component.iter().any(|node| needs.contains_edge(*node, *node));
        if circular {
            let mut members: Vec<String> =
                component.iter().map(|node| format!("`{}`", claims[needs[*node].index()].id)).collect();
            members.sort_unstable();
            let message = match members.as_slice() {
                [one] => format!("the grade of claim {one} waits for itself"),
                several => format!("the grades of these claims wait for each other: {}", listed(several)),
            };
            let mut diagnostic = Diagnostic::error(Code::Cycle, message);
            let within: BTreeSet<NodeIndex> = component.iter().copied().collect();
            let mut edges: Vec<_> = component.iter().flat_map(|node| needs.edges(*node)).collect();
            edges.retain(|edge| within.contains(&edge.target()));
            edges.sort_by_key(|edge| edge.id());
            for edge in edges.into_iter().take(MOST_SHOWN) {
                let (from, to) = (needs[edge.source()], needs[edge.target()]);
                let text = format!("`{}` waits for `{}`", claims[to.index()].id, claims[from.index()].id);
                diagnostic = diagnostic.label(&links[edge.weight().index()].span, text);
            }
            problems.push(diagnostic.help("take out one of these links"));
        }
        order.extend(component.into_iter().map(|node| needs[node]));
    }
    order.reverse();
    order
}
