//! Making diagrams of diagrams: with variables fixed, left out, or carried over to another store.

use super::{Diagram, Diagrams, HashMap, TooLarge, VariableId};

/// What becomes of a variable when a diagram is carried over.
pub(crate) enum Carried<'p> {
    /// It is in this cell.
    Fixed(u16),
    /// It is another variable there: for each cell of that one the cell here.
    To(VariableId, &'p [u16]),
}

/// What makes a node anew: of a variable and of what its children have become.
type Remake<'f> = dyn FnMut(&mut Diagrams, VariableId, &[Diagram]) -> Result<Diagram, TooLarge> + 'f;

impl Diagrams {
    /// A diagram of another store, over the variables of this one.
    pub(crate) fn carry<'p>(
        &mut self,
        from: &Self,
        diagram: Diagram,
        place: &dyn Fn(VariableId) -> Carried<'p>,
    ) -> Result<Diagram, TooLarge> {
        self.carry_memo(from, diagram, place, &mut HashMap::default())
    }

    fn carry_memo<'p>(
        &mut self,
        from: &Self,
        diagram: Diagram,
        place: &dyn Fn(VariableId) -> Carried<'p>,
        memo: &mut HashMap<Diagram, Diagram>,
    ) -> Result<Diagram, TooLarge> {
        let Some((variable, children)) = from.branch(diagram) else { return Ok(diagram) };
        if let Some(known) = memo.get(&diagram) {
            return Ok(*known);
        }
        self.spend()?;
        let child = |cell: u16| children.get(cell as usize).copied().ok_or(TooLarge);
        let result = match place(variable) {
            Carried::Fixed(cell) => self.carry_memo(from, child(cell)?, place, memo)?,
            Carried::To(there, cells) => {
                let mut carried = Vec::with_capacity(cells.len());
                for cell in cells {
                    carried.push(self.carry_memo(from, child(*cell)?, place, memo)?);
                }
                self.split(there, &carried)?
            }
        };
        memo.insert(diagram, result);
        Ok(result)
    }

    /// The diagram that is one of `cases`, by the cell that a variable is in; the cases may test any variables.
    pub(crate) fn split(&mut self, variable: VariableId, cases: &[Diagram]) -> Result<Diagram, TooLarge> {
        let later = |case: &Diagram| self.branch(*case).is_none_or(|(first, _)| first > variable);
        if cases.iter().all(later) {
            return self.test(variable, cases);
        }
        let selector = self.identity(variable, cases.len())?;
        self.select(selector, cases)
    }

    /// A diagram with some of its variables fixed.
    pub(crate) fn fix(
        &mut self,
        diagram: Diagram,
        cell_of: &dyn Fn(VariableId) -> Option<u16>,
    ) -> Result<Diagram, TooLarge> {
        self.rewrite(diagram, &mut HashMap::default(), &mut |diagrams, variable, children| match cell_of(variable) {
            Some(cell) => children.get(cell as usize).copied().ok_or(TooLarge),
            None => diagrams.test(variable, children),
        })
    }

    /// Where some cells of the variables that are left out make it true.
    pub(crate) fn exists(
        &mut self,
        diagram: Diagram,
        left_out: &dyn Fn(VariableId) -> bool,
    ) -> Result<Diagram, TooLarge> {
        self.rewrite(diagram, &mut HashMap::default(), &mut |diagrams, variable, children| {
            if !left_out(variable) {
                return diagrams.test(variable, children);
            }
            children.iter().try_fold(Diagram::FALSE, |any, child| diagrams.or(any, *child))
        })
    }

    /// Remakes a diagram from below.
    fn rewrite(
        &mut self,
        diagram: Diagram,
        memo: &mut HashMap<Diagram, Diagram>,
        make: &mut Remake<'_>,
    ) -> Result<Diagram, TooLarge> {
        let Some((variable, children)) = self.branch(diagram) else { return Ok(diagram) };
        if let Some(known) = memo.get(&diagram) {
            return Ok(*known);
        }
        let children = children.to_vec();
        self.spend()?;
        let mut made = Vec::with_capacity(children.len());
        for child in children {
            made.push(self.rewrite(child, memo, make)?);
        }
        let result = make(self, variable, &made)?;
        memo.insert(diagram, result);
        Ok(result)
    }
}
