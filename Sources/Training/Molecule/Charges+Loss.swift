package import Datasets

extension SystemConfiguration {
  /// - Throws: where rows have charges of their own and the loss needs those of all rows to be one:
  ///   a graph holds the charges of one molecule.
  package func check(_ preparation: Preparation) throws(PreparationError) {
    guard preparation.readsCharges, loss.energy > 0 else { return }
    throw PreparationError(
      "the energy loss (loss.energy=\(loss.energy)) needs ions of one charge, and the charges "
        + "differ from row to row",
      hint: "use loss.energy=0, or rows of one charge state and molecule: { name, charges }")
  }
}
