import Datasets
import Evaluation
import Physics
import Text
import Training

extension FlaggedRows {
  /// A warning for each kind of row whose prediction may mean little.
  ///
  /// - Parameters:
  ///   - model: what the rows are compared with.
  ///   - units: those that would make the rows like those of training, if there are such.
  func warnings(_ file: String, _ model: SavedModel, units: DataUnits?) -> [String] {
    let question = DataUnits.question(units)
    let texts: [(RowFlags, String, String)] = [
      (
        .resting, "without motion relative to the center of mass",
        "their predictions are meaningless"
      ),
      (.drifting, "whose momenta do not add up to 0", "is an ion missing?"),
      (
        .energy, "with a kinetic energy outside that of training" + energies(model),
        question
      ),
      (.far, "with momenta unlike those of training", "predictions are extrapolated"),
    ]
    return texts.compactMap { flag, what, advice in
      let group = self[flag]
      guard group.rows > 0 else { return nil }
      return "\(file): \(count(group)) \(what) (\(named(group))): \(advice)"
    } + [sizes(file, question)].compactMap(\.self)
  }

  /// An error where a prediction is not finite.
  func check(_ file: String, units: DataUnits?) throws(Failure) {
    let group = self[.notFinite]
    guard group.rows > 0 else { return }
    throw Failure(
      "\(file): \(Numbers.count(grouped: group.predictions, "prediction")) not finite, in "
        + "\(count(group)) (\(named(group)))",
      hint: "\(DataUnits.question(units)); else remove these rows")
  }

  private func sizes(_ file: String, _ question: String) -> String? {
    let group = self[.size]
    guard group.rows > 0 else { return nil }
    let molecules = Numbers.count(grouped: group.predictions, "predicted molecule")
    return "\(file): \(molecules) smaller than 0.01 bohr or larger than 1,000, in \(count(group)) "
      + "(\(named(group))): \(question)"
  }

  /// `3 of 300 rows`
  private func count(_ group: Group) -> String {
    "\(Numbers.grouped(group.rows)) of \(Numbers.count(grouped: rows, "row"))"
  }

  /// `rows 2, 7, 9, …`
  private func named(_ group: Group) -> String {
    let numbers = group.first.map(String.init).joined(separator: ", ")
    let rest = group.rows > group.first.count ? ", …" : ""
    return (group.rows == 1 ? "row " : "rows ") + numbers + rest
  }

  /// `, 1.1 to 8.4 hartree`, where all rows have the same charges.
  private func energies(_ model: SavedModel) -> String {
    guard let scales = model.range?.scales, !model.preparation.readsCharges else { return "" }
    let product = model.preparation.frame.molecule.chargeProduct
    let bounds = [scales.lowerBound, scales.upperBound].map {
      Numbers.significant($0 * product, digits: 3)
    }
    return ", \(bounds[0]) to \(bounds[1]) hartree"
  }
}

extension DataUnits {
  /// Asks for the units of momenta, with those that would fit.
  static func question(_ fitting: DataUnits?) -> String {
    "are the momenta in atomic units? "
      + (fitting.map { "with --units \($0.description) their energies are those of training" }
        ?? "--units names others")
  }

  /// Throws for the unit of positions in a command that reads none.
  func checkNoPositions() throws(Failure) {
    guard let unit = self[.position] else { return }
    throw .usage(
      "--units position=\(unit.name): no positions are read",
      hint: "name the unit of momenta only; positions are written in bohr")
  }
}

extension Audit {
  /// The concerns about a table as lines, without what was said of single rows.
  static func concerns(
    about table: Table<Float>, file: String, _ model: SavedModel, _ flagged: FlaggedRows,
    threads: Int
  ) throws(Failure) -> [String] {
    let found = try concerns(
      about: table, molecule: model.preparation.frame.molecule, for: .predicting,
      threads: threads)
    return found.filter { finding in
      switch finding.topic {
      case "momentum": flagged[.drifting].rows == 0
      case "scale": model.range == nil
      case "outliers": flagged[.energy].rows == 0
      default: true
      }
    }.map { "\(file): \($0.text)" }
  }
}
