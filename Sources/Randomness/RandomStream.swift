/// The purpose of a random number: the last word of its counter, so that no two uses share one.
///
/// The values are part of what a checkpoint resumes: append, never renumber.
package enum RandomStream: UInt32, CaseIterable, Sendable {
  case initialization
  case shuffle
  case split
  case latent
  case dropout
  case dataNoise
  case sampling
  case rounding
  case geometry
  case initialMomentum
  case charge
  case momentumNoise
  case conditionNoise
  case latentRow
  case tie
  case example
  case exactSample
  case posterior
  case search
}
