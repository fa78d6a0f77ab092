package import Datasets
import Models
package import Text

extension RunConfiguration {
  /// - Throws: where rows have charges of their own and the loss needs those of all rows to be one:
  ///   a graph holds the charges of one molecule.
  package func check(_ preparation: Preparation) throws(Failure) {
    let dimensions = Dimensions(
      targets: preparation.targets.count, conditions: preparation.conditions.count)
    let terms = model.model(dimensions, physics: preparation.physics).terms
    guard preparation.readsCharges, terms.contains(where: { $0.name == .energy }) else { return }
    throw Failure(
      "the energy loss needs ions of one charge state, and charges differ from row to row",
      hint: "use loss.energy=0, or rows of one charge state and molecule: { name, charges }")
  }
}
