import Machine
package import Physics
package import Text

extension ExactComparison {
  /// What probabilities of geometries follow from, and what it is called.
  package struct Prior: Sendable {
    let name: String
    let density: GeometryPrior

    package init(_ name: String, _ density: GeometryPrior) {
      (self.name, self.density) = (name, density)
    }
  }

  /// Above this relative error of re-simulated true positions, momenta have noise.
  static let mostMomentumError = 1e-4

  /// Compares the samples of an evaluation with the exact geometries of their momenta.
  ///
  /// - Parameters:
  ///   - rows: the largest number of them, for a deterministic model.
  ///   - prior: nil for no weights; called with the ions of the rows.
  ///   - progress: is told what is done next.
  package init(
    _ evaluation: Evaluation, rows: Int, seed: UInt64, threads: Int,
    prior: (Molecule) throws(Failure) -> Prior?, progress: (String) -> Void = { _ in }
  ) throws(Failure) {
    let molecule = try Self.ions(of: evaluation)
    let prior = try prior(molecule)
    let posterior = evaluation.posterior ?? PosteriorSamples(evaluation.evaluated, rows: rows)
    progress("re-simulating the true positions")
    let errors = Resimulation.errors(
      posterior.truth, momenta: posterior.momenta, molecule: molecule, threads: threads)
    try Self.check(errors)
    progress("making the table of shapes")
    let solver = ExactSolver(ShapeTable.kept(molecule, threads: threads))
    progress("finding the exact geometries")
    let part = 64
    let parts = ParallelParts.run((posterior.count + part - 1) / part, threads: threads) { number in
      let range = number * part..<min(posterior.count, (number + 1) * part)
      let events = solver.solve(
        posterior.momenta[9 * range.lowerBound..<9 * range.upperBound].map(Double.init))
      return zip(range, events).map { row, event in
        (
          event.status, ExactRow(event, of: posterior, row: row, prior: prior?.density)
        )
      }
    }
    let all = parts.flatMap { $0 }
    self.init(
      posterior, rows: all.compactMap(\.1), family: prior?.name,
      statuses: all.reduce(into: [:]) { $0[$1.0, default: 0] += 1 },
      momentumError: errors.median, seed: seed)
  }

  /// The molecule with the charges of the rows, which must be one set for all.
  private static func ions(of evaluation: Evaluation) throws(Failure) -> Molecule {
    let evaluated = evaluation.evaluated
    let molecule = evaluated.molecule
    guard molecule.atoms == 3 else {
      throw .usage(
        "\(molecule.name) has \(molecule.atoms) atoms: all geometries can be listed for three",
        hint: "omit --exact")
    }
    guard evaluation.translation?.origin != .file else {
      throw .usage(
        "--origin file: exact geometries are about the center of mass, which momenta do not "
          + "determine", hint: "omit --origin file, or --exact")
    }
    guard let charges = evaluated.charges, evaluated.count > 0 else { return molecule }
    let first = evaluated.charges(ofRow: 0)
    guard (0..<evaluated.count).allSatisfy({ evaluated.charges(ofRow: $0) == first }) else {
      let columns = molecule.chargeColumns.joined(separator: ", ")
      throw Failure(
        "the rows have several charge states (\(columns)): exact geometries are found for one",
        hint: "name a file with the rows of one charge state with --data", code: .data)
    }
    precondition(charges.count == evaluated.count * molecule.atoms)
    return try molecule.with(charges: first)
  }

  private static func check(_ errors: [Double]) throws(Failure) {
    guard !errors.isEmpty else {
      throw Failure(
        "no row has momenta and finite positions", hint: "name other rows with --data",
        code: .data)
    }
    guard errors.median <= mostMomentumError else {
      throw Failure(
        "the momenta are not exactly those of the true positions, which explode into momenta that "
          + "differ by \(Numbers.scientific(errors.median)) of their norm (median): they have noise, "
          + "or the ions had thermal motion or other charges",
        hint: "exact geometries need data without noise: simulate without --noise and --thermal",
        code: .data)
    }
  }
}

extension PosteriorSamples {
  /// One prediction of each of some evenly spaced rows.
  init(_ evaluated: EvaluatedRows, rows most: Int) {
    let count = min(most, evaluated.count), width = evaluated.molecule.width
    let places = (0..<count).map { $0 * evaluated.count / count }
    func part(_ values: [Float]) -> [Float] {
      places.flatMap { values[$0 * width..<($0 + 1) * width] }
    }
    self.init(
      molecule: evaluated.molecule, rows: places.map { evaluated.rows[$0] }, samples: 1,
      values: part(evaluated.single), truth: part(evaluated.truth),
      momenta: part(evaluated.momenta))
  }
}
