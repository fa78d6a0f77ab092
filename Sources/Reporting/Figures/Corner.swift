import Datasets
import Physics
import Evaluation
import Text

extension Figure {
  static let corner = Figure(
    name: "corner", group: .posterior, title: "Posterior of one event",
    caption: """
      All samples of one event: distributions of single quantities on the diagonal, of pairs below \
      it, and the true values as lines. Narrow ridges are combinations that the momenta determine; \
      separate islands are geometries with the same momenta.
      """,
    compose: { content throws(NothingToDraw) in
      guard let posterior = content.posterior, posterior.count > 0, posterior.samples > 1 else {
        throw NothingToDraw("the model is deterministic: all samples of an event are the same")
      }
      guard let event = Posterior.typical(posterior) else {
        throw NothingToDraw("no event has finite samples that differ")
      }
      return event.compose()
    })
}

/// The samples of one event as a few bond lengths, angles and coordinates.
struct Posterior {
  struct Quantity {
    let label: String
    let values: [Double]
    let truth: Double
  }

  /// Its number, counted from 1.
  let row: Int
  let quantities: [Quantity]

  private static let mostQuantities = 5

  init?(_ posterior: PosteriorSamples, event: Int) {
    let width = posterior.molecule.width
    let values = Array(
      posterior.values[event * posterior.samples * width..<(event + 1) * posterior.samples * width])
    let truth = Array(posterior.truth[event * width..<(event + 1) * width])
    let finite = (0..<posterior.samples).filter { sample in
      values[sample * width..<(sample + 1) * width].allSatisfy(\.isFinite)
    }
    let kept = finite.flatMap { values[$0 * width..<($0 + 1) * width] }
    var all: [Quantity] = []
    let molecule = posterior.molecule
    let (shapes, trueShapes) = (molecule.shapes(kept), molecule.shapes(truth))
    for (c, coordinate) in molecule.shapeCoordinates.enumerated() {
      all.append(
        Quantity(
          label: "\(coordinate.label) (\(coordinate.isAngle ? "°" : coordinate.unit))",
          values: shapes[c], truth: trueShapes[c][0]))
    }
    for (c, name) in Labels.columns(posterior.molecule).enumerated() {
      all.append(
        Quantity(
          label: "\(name) (bohr)", values: Rows.column(kept, c, width: width),
          truth: Double(truth[c])))
    }
    quantities = Array(all.filter { !Spread.isConstant($0.values) }.prefix(Self.mostQuantities))
    row = Int(posterior.rows[event]) + 1
    if quantities.count < 2 { return nil }
  }

  /// The event with the median spread of the first quantity.
  static func typical(_ posterior: PosteriorSamples) -> Posterior? {
    let events = (0..<min(posterior.count, 200)).compactMap { Posterior(posterior, event: $0) }
    let sorted = events.sorted { $0.spread < $1.spread }
    return sorted.isEmpty ? nil : sorted[sorted.count / 2]
  }

  /// Of the first quantity, without outliers.
  private var spread: Double {
    let sorted = quantities[0].values.sorted()
    return Quantile.of(sorted, 0.95) - Quantile.of(sorted, 0.05)
  }
}
