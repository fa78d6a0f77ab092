/// Accuracy of asymptotic momenta: tolerances, and the order of the series that is fastest for
/// them.
package struct Accuracy: Sendable, Equatable {
  /// Terms of the Taylor series of a step.
  package var order: Int
  /// Terms, in even powers, of the first step from rest.
  package var firstOrder: Int
  /// Error of a step, and of the closed form after the last step, relative to all momenta.
  package var tolerance: Double
  package var tailTolerance: Double
  /// Largest number of steps; typical rows need ten.
  package var stepLimit = 2000

  package init(order: Int, firstOrder: Int, tolerance: Double, tailTolerance: Double) {
    precondition((4...40).contains(order) && (4...40).contains(firstOrder))
    precondition(tolerance > 0 && tailTolerance > 0)
    (self.order, self.firstOrder) = (order, firstOrder)
    (self.tolerance, self.tailTolerance) = (tolerance, tailTolerance)
  }

  /// Momenta within 1e-6 of their norm: for bulk data.
  package static let fast = Accuracy(
    order: 11, firstOrder: 13, tolerance: 2e-6, tailTolerance: 7e-8)
  /// For devices that compute in `Float`, which is what limits it: about 1e-6.
  package static let single = Accuracy(
    order: 9, firstOrder: 10, tolerance: 1e-6, tailTolerance: 1e-7)
  /// Momenta within 1e-10 of their norm: the default.
  package static let precise = Accuracy(
    order: 17, firstOrder: 20, tolerance: 1e-10, tailTolerance: 5e-12)
  /// As accurate as `Double` allows, about 1e-14: for reference values.
  package static let reference = Accuracy(
    order: 20, firstOrder: 20, tolerance: 1e-15, tailTolerance: 1e-15)
}
