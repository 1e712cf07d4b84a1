//! Randomness that nobody can guess.

use ring::rand::{SecureRandom, SystemRandom};

/// Draws random bytes.
#[derive(Clone, Debug)]
pub struct Entropy(SystemRandom);

/// The system gives no randomness: nothing can be made safely.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the operating system gives no random bytes")]
pub struct NoEntropy;

impl Default for Entropy {
    fn default() -> Self {
        Self(SystemRandom::new())
    }
}

impl Entropy {
    /// The source itself, for what draws by itself.
    #[must_use]
    pub fn source(&self) -> &dyn SecureRandom {
        &self.0
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], NoEntropy> {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes).map_err(|_| NoEntropy)?;
        Ok(bytes)
    }
}
