//! Content models as deterministic automata (Glushkov 1961; XML 1.0 appendix E).

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::wire::xml::dtd::{Expression, PartKind};

/// Index of an element name in its grammar.
pub(super) type Name = u32;

/// A state of an [`Automaton`].
pub(super) type State = u32;

/// A content model grew beyond what is kept: far more than any real one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the content model is too large")]
pub struct TooLarge;

/// A deterministic automaton over element names. Reading begins in state 0.
#[derive(Debug, Default)]
pub(super) struct Automaton {
    /// Where the moves of each state begin in `moves`, with one more at the end.
    starts: Vec<u32>,
    /// Moves of all states; those of one state in order of name.
    moves: Vec<(Name, State)>,
    accepting: Vec<bool>,
    /// Names in the order of the content model, for messages.
    order: Vec<Name>,
    /// An element that two places of the model fit at once, which XML does not allow.
    pub(super) ambiguous: Option<Name>,
}

impl Automaton {
    const MOST_MOVES: usize = 1 << 20;

    /// Builds the automaton of a content model, whose names `intern` numbers.
    pub(super) fn build(
        expression: &Expression,
        mut intern: impl FnMut(&str) -> Name,
    ) -> Result<Self, TooLarge> {
        let positions = Positions::of(expression, &mut intern)?;
        positions.determinise()
    }

    /// The state after `name`, if it may stand here.
    pub(super) fn step(&self, state: State, name: Name) -> Option<State> {
        let moves = self.moves(state);
        // Most states have a handful of moves.
        if moves.len() <= 8 {
            return moves.iter().find(|(own, _)| *own == name).map(|&(_, to)| to);
        }
        let found = moves.binary_search_by_key(&name, |&(own, _)| own).ok()?;
        moves.get(found).map(|&(_, to)| to)
    }

    /// Whether the content may end here.
    pub(super) fn accepts(&self, state: State) -> bool {
        self.accepting.get(wide(state)).copied().unwrap_or(false)
    }

    /// What may stand here, in the order of the content model.
    pub(super) fn expected(&self, state: State) -> impl Iterator<Item = Name> {
        self.order.iter().copied().filter(move |&name| self.step(state, name).is_some())
    }

    /// Whether the name occurs in the content model at all.
    pub(super) fn knows(&self, name: Name) -> bool {
        self.order.contains(&name)
    }

    /// Whether the name may stand more than once.
    pub(super) fn repeats(&self, name: Name) -> bool {
        let states = (0..).take(self.accepting.len());
        let behind: Vec<State> = states.filter_map(|state| self.step(state, name)).collect();
        behind.into_iter().any(|state| self.bridge(state, Some(name)).is_some())
    }

    /// The names that must stand between `state` and a place where `goal` may stand or, without one, the content may end: the
    /// shortest way there.
    pub(super) fn bridge(&self, state: State, goal: Option<Name>) -> Option<(Vec<Name>, State)> {
        let mut came_from: HashMap<State, (State, Name)> = HashMap::new();
        let mut waiting = VecDeque::from([state]);
        while let Some(at) = waiting.pop_front() {
            if goal.map_or(self.accepts(at), |name| self.step(at, name).is_some()) {
                let mut way = Vec::new();
                let mut back = at;
                while let Some(&(earlier, name)) = came_from.get(&back).filter(|_| back != state) {
                    way.push(name);
                    back = earlier;
                }
                way.reverse();
                return Some((way, at));
            }
            for name in self.expected(at) {
                let Some(to) = self.step(at, name) else { continue };
                if to != state && !came_from.contains_key(&to) {
                    came_from.insert(to, (at, name));
                    waiting.push_back(to);
                }
            }
        }
        None
    }

    fn moves(&self, state: State) -> &[(Name, State)] {
        let state = wide(state);
        let bounds = self.starts.get(state).zip(self.starts.get(state + 1));
        let range = bounds.map_or(0..0, |(&start, &end)| wide(start)..wide(end));
        self.moves.get(range).unwrap_or_default()
    }
}

/// The names of a model by place, and which place may follow which.
struct Positions {
    /// Name at each place.
    names: Vec<Name>,
    first: Vec<u32>,
    follow: Vec<Vec<u32>>,
    /// Places at which the content may end.
    last: Vec<u32>,
    nullable: bool,
}

/// What is known about one part of a model.
#[derive(Default)]
struct Ends {
    nullable: bool,
    first: Vec<u32>,
    last: Vec<u32>,
}

impl Positions {
    fn of(expression: &Expression, intern: &mut impl FnMut(&str) -> Name) -> Result<Self, TooLarge> {
        let mut names = Vec::new();
        let mut follow: Vec<Vec<u32>> = Vec::new();
        let mut links = 0;
        let mut known: Vec<Ends> = Vec::with_capacity(expression.parts.len());
        for part in &expression.parts {
            let mut ends = match &part.kind {
                PartKind::Name(name) => {
                    let place = narrow(names.len());
                    names.push(intern(name));
                    follow.push(Vec::new());
                    Ends { nullable: false, first: vec![place], last: vec![place] }
                }
                PartKind::Sequence(members) => {
                    let mut whole = Ends { nullable: true, ..Ends::default() };
                    for member in members {
                        let Some(next) = known.get_mut(*member).map(std::mem::take) else { continue };
                        link(&mut follow, &whole.last, &next.first, &mut links)?;
                        if whole.nullable {
                            whole.first.extend(&next.first);
                        }
                        if !next.nullable {
                            whole.last.clear();
                        }
                        whole.last.extend(next.last);
                        whole.nullable &= next.nullable;
                    }
                    whole
                }
                PartKind::Choice(members) => {
                    let mut whole = Ends::default();
                    for member in members {
                        let Some(next) = known.get_mut(*member).map(std::mem::take) else { continue };
                        whole.first.extend(next.first);
                        whole.last.extend(next.last);
                        whole.nullable |= next.nullable;
                    }
                    whole
                }
            };
            if part.occurs.repeats() {
                link(&mut follow, &ends.last, &ends.first, &mut links)?;
            }
            ends.nullable |= part.occurs.may_miss();
            known.push(ends);
        }
        let whole = known.pop().unwrap_or_else(|| Ends { nullable: true, ..Ends::default() });
        Ok(Self { names, first: whole.first, follow, last: whole.last, nullable: whole.nullable })
    }

    /// Subsets of places become states; in a deterministic model each holds one place.
    fn determinise(self) -> Result<Automaton, TooLarge> {
        let mut is_last = vec![false; self.names.len()];
        for place in &self.last {
            if let Some(last) = is_last.get_mut(wide(*place)) {
                *last = true;
            }
        }
        let mut automaton = Automaton { accepting: vec![self.nullable], ..Automaton::default() };
        for name in &self.names {
            if !automaton.order.contains(name) {
                automaton.order.push(*name);
            }
        }
        let mut numbers: HashMap<Vec<u32>, State> = HashMap::new();
        let mut waiting = VecDeque::from([self.first.clone()]);
        while let Some(next) = waiting.pop_front() {
            let mut by_name: BTreeMap<Name, Vec<u32>> = BTreeMap::new();
            for place in next {
                if let Some(&name) = self.names.get(wide(place)) {
                    by_name.entry(name).or_default().push(place);
                }
            }
            automaton.starts.push(narrow(automaton.moves.len()));
            for (name, mut places) in by_name {
                places.sort_unstable();
                places.dedup();
                if places.len() > 1 {
                    automaton.ambiguous.get_or_insert(name);
                }
                let number = narrow(automaton.accepting.len());
                let state = *numbers.entry(places.clone()).or_insert(number);
                if state == number {
                    let any_last =
                        places.iter().any(|place| is_last.get(wide(*place)).copied().unwrap_or(false));
                    automaton.accepting.push(any_last);
                    let followers = places.iter().filter_map(|place| self.follow.get(wide(*place)));
                    waiting.push_back(followers.flatten().copied().collect());
                }
                automaton.moves.push((name, state));
                if automaton.moves.len() > Automaton::MOST_MOVES {
                    return Err(TooLarge);
                }
            }
        }
        automaton.starts.push(narrow(automaton.moves.len()));
        Ok(automaton)
    }
}

/// Lets every place in `to` follow every place in `from`.
fn link(follow: &mut [Vec<u32>], from: &[u32], to: &[u32], links: &mut usize) -> Result<(), TooLarge> {
    *links += from.len() * to.len();
    if *links > Automaton::MOST_MOVES {
        return Err(TooLarge);
    }
    for place in from {
        if let Some(followers) = follow.get_mut(wide(*place)) {
            followers.extend(to);
        }
    }
    Ok(())
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn wide(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}
