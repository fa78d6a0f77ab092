package import Datasets
import Models
package import Text

extension RunConfiguration {
  /// - Throws: where the model cannot be of data like these, or where rows have charges of their own and the loss needs those of all rows to be one:
  ///   a graph holds the charges of one molecule.
  package func check(_ preparation: Preparation) throws(Failure) {
    let dimensions = Dimensions(
      targets: preparation.targets.count, conditions: preparation.conditions.count)
    if let fault = model.fault(of: dimensions) {
      throw Failure(
        "model.kind \"\(kind.choiceName)\": \(fault), and the data have \(dimensions.targets)",
        hint: "choose another model.kind, or data.constants=zero to keep columns that do not vary",
        code: .configuration)
    }
    let terms = model.model(dimensions, physics: preparation.physics).terms
    guard preparation.readsCharges, terms.contains(where: { $0.name == .energy }) else { return }
    throw Failure(
      "the energy loss needs ions of one charge state, and charges differ from row to row",
      hint: "use loss.energy=0, or rows of one charge state and molecule: { name, charges }")
  }
}
