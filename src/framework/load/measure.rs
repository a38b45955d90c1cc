//! Reading measures.

use rust_decimal::Decimal;

use super::Reader;
use super::part::MeasurePart;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::reader::{Located, Table};
use crate::framework::{AGGREGATES, Aggregate, Over, misplaced};
use crate::name::Name;

impl Reader<'_> {
    pub(super) fn measure(&mut self, name: Located<Name>, table: &Table<'_>) -> Option<MeasurePart> {
        let stated: Vec<&str> = AGGREGATES.into_iter().filter(|key| table.has(key)).collect();
        let [key] = stated.as_slice() else {
            let words = AGGREGATES.map(|word| format!("`{word}`")).join(", ");
            let message = format!("the measure `{}` needs exactly one of {words}", name.value);
            self.problems.push(Diagnostic::error(Code::MissingKey, message).at(&table.span));
            return None;
        };
        misplaced::in_measure(table, self.problems);
        let of = |reader: &mut Self, key: &str| table.name(key, reader.problems).map(|name| Name::from(name.value));
        let over_words = [("evidence", Over::Evidence), ("claims", Over::Claims)];
        let mut over = table.word("over", &over_words, self.problems).map_or(Over::Evidence, |over| over.value);
        let aggregate = match *key {
            "count" => {
                over = table.word("count", &over_words, self.problems)?.value;
                Aggregate::Count
            }
            "distinct" => Aggregate::Distinct(of(self, key)?),
            "sum" => Aggregate::Sum(of(self, key)?),
            "min" => Aggregate::Min(of(self, key)?),
            "max" => Aggregate::Max(of(self, key)?),
            "median" => Aggregate::Median(of(self, key)?),
            "majority" => Aggregate::Majority(of(self, key)?),
            "any" => Aggregate::Any(self.condition(table.get(key)?)?),
            "all" => Aggregate::All(self.condition(table.get(key)?)?),
            _ => Aggregate::Share { holds: self.condition(table.get(key)?)?, weight: of(self, "weight") },
        };
        let filter = self.condition_at(table, "where")?;
        let prefer = self.condition_at(table, "prefer")?;
        Some(MeasurePart {
            name,
            aggregate,
            over,
            filter,
            prefer,
            skip_not_reported: table.word("not-reported", &[("skip", ())], self.problems).is_some(),
            clamp: self.clamp(table),
            about: table.text("about", self.problems).map(|text| text.value),
            change: self.change(table),
        })
    }

    pub(super) fn clamp(&mut self, table: &Table<'_>) -> Option<(Decimal, Decimal)> {
        let node = table.get("clamp")?;
        let items = node.list("a list of two numbers", self.problems);
        let numbers: Vec<Decimal> = items.iter().filter_map(|item| item.number(self.problems)).collect();
        match numbers.as_slice() {
            [least, greatest] if least <= greatest && items.len() == 2 => Some((*least, *greatest)),
            _ => {
                let message = "a clamp has two numbers, the lesser first";
                self.problems.push(Diagnostic::error(Code::WrongType, message).at(&node.span()));
                None
            }
        }
    }
}
