import Physics
import Evaluation
import Text

extension Figure {
  static let corner = Figure(
    name: "corner", group: .posterior, title: "Posterior of one event",
    caption: """
      All draws for one event: distributions of single quantities on the diagonal, of pairs below \
      it, and the true values as lines. Narrow ridges are what the momenta fix together; separate \
      islands are geometries that explode alike.
      """,
    compose: { content throws(NothingToDraw) in
      guard let draws = content.draws, draws.count > 0, draws.samples > 1 else {
        throw NothingToDraw("the system draws nothing: it gives one answer for each event")
      }
      guard let event = Posterior.typical(draws) else {
        throw NothingToDraw("no event has finite draws that differ")
      }
      return event.compose()
    })
}

/// The draws of one event as a few quantities that tell their shape and their place.
struct Posterior {
  struct Quantity {
    let label: String
    let values: [Double]
    let truth: Double
  }

  let row: UInt32
  let quantities: [Quantity]

  private static let mostQuantities = 5

  init?(_ draws: PosteriorDraws, event: Int) {
    let width = draws.molecule.width
    let values = Array(
      draws.values[event * draws.samples * width..<(event + 1) * draws.samples * width])
    let truth = Array(draws.truth[event * width..<(event + 1) * width])
    let finite = (0..<draws.samples).filter { draw in
      values[draw * width..<(draw + 1) * width].allSatisfy(\.isFinite)
    }
    let kept = finite.flatMap { values[$0 * width..<($0 + 1) * width] }
    var all: [Quantity] = []
    if draws.molecule.atoms == 3 {
      let (shapes, trueShapes) = (Triangle.shapes(kept), Triangle.shapes(truth))
      for (c, (name, unit)) in Labels.shape(draws.molecule).enumerated() {
        all.append(
          Quantity(
            label: "\(name) (\(unit == "degrees" ? "°" : unit))", values: shapes[c],
            truth: trueShapes[c][0]))
      }
    }
    for (c, name) in Labels.columns(draws.molecule).enumerated() {
      all.append(
        Quantity(
          label: "\(name) (bohr)", values: Rows.column(kept, c, width: width),
          truth: Double(truth[c])))
    }
    quantities = Array(all.filter { !Spread.isConstant($0.values) }.prefix(Self.mostQuantities))
    row = draws.rows[event]
    if quantities.count < 2 { return nil }
  }

  /// The event whose first quantity is as widely spread as that of most: neither the best nor the
  /// worst case.
  static func typical(_ draws: PosteriorDraws) -> Posterior? {
    let events = (0..<min(draws.count, 200)).compactMap { Posterior(draws, event: $0) }
    let sorted = events.sorted { $0.spread < $1.spread }
    return sorted.isEmpty ? nil : sorted[sorted.count / 2]
  }

  /// Of the first quantity; single draws far away do not count.
  private var spread: Double {
    let sorted = quantities[0].values.sorted()
    return Spread.quantile(sorted, 0.95) - Spread.quantile(sorted, 0.05)
  }
}
