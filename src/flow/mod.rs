//! DECISIONS, in protocol order: (command, facts, now) → decision or refusal.
