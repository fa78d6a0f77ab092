/// Newton's method for many starts at a time, in stages of growing accuracy.
struct RefinementBatch {
  enum Restarted { case arrived, stalled }

  private let explosion: JacobiExplosion
  private let charges: [Double]?
  private var searches: [NewtonSearch]

  init(
    _ explosion: JacobiExplosion, starts: [Double], momenta: [Double], charges: [Double]?
  ) {
    (self.explosion, self.charges) = (explosion, charges)
    let width = explosion.molecule.width
    searches = stride(from: 0, to: starts.count, by: width).map { begin in
      NewtonSearch(
        explosion, start: starts[begin..<begin + width], momenta: momenta[begin..<begin + width])
    }
  }

  /// One step after another of all that are under way.
  mutating func run(_ stage: GeometryRefiner.Stage) {
    let (n, atoms) = (explosion.coordinates.count, explosion.molecule.atoms)
    while true {
      var (rows, tried, own) = ([Int](), [Double](), [Double]())
      for row in searches.indices where searches[row].state == .underway {
        rows.append(row)
        tried += searches[row].tried
        if let charges { own += charges[row * atoms..<(row + 1) * atoms] }
      }
      if rows.isEmpty { return }
      let result = explosion.run(
        tried, charges: charges == nil ? nil : own, accuracy: stage.accuracy,
        derivatives: stage.derivatives)
      for (k, row) in rows.enumerated() {
        searches[row].advance(
          Array(result.momenta[k * n..<(k + 1) * n]),
          stage.derivatives ? result.jacobians[k] : nil, stage)
      }
    }
  }

  /// Takes searches on to another stage: from a step on, or again from where they are. Those that
  /// stalled before they arrived roughly stay behind.
  mutating func restart(_ state: Restarted, stepping: Bool) {
    for row in searches.indices {
      switch (state, searches[row].state) {
      case (.arrived, .arrived): searches[row].restart(stepping: stepping)
      case (.stalled, .stalled) where searches[row].hasArrivedOnce:
        searches[row].restart(stepping: stepping)
      default: break
      }
    }
  }

  var results: [RefinedStart] { searches.map(\.result) }
}
