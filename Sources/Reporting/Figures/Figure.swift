/// A figure of the report: its name, its caption, and how to compose it.
///
/// A new figure is a file with one of these, and its name in `Figure.all`.
package struct Figure: Sendable {
  package enum Group: String, CaseIterable, Sendable {
    case training = "Training"
    case recovery = "Recovery"
    case distributions = "Distributions"
    case energy = "Energy"
    case geometry = "Geometry"
    case posterior = "Posterior"
    case exact = "Exact geometries"
  }

  /// Name of its files, without extension.
  package let name: String
  package let group: Group
  package let title: String
  /// How to read it, in a sentence or two.
  let caption: String
  let compose: @Sendable (ReportContent) throws(NothingToDraw) -> Composition

  static let all: [Figure] = [
    .learning, .components, .optimizer, .recovery, .distributions, .residuals, .energy,
    .resimulation, .geometry, .molecules, .newton, .calibration, .latent, .corner,
    .exactGeometries, .exactDistances, .exactWeights,
  ]
}

/// Script and data of a figure, and remarks about these data.
struct Composition: Sendable {
  var script: Script
  var data: DataFile
  /// Sentences after the caption, such as how many rows are not shown and why.
  var remarks: [String] = []
}

/// Why there is no figure.
struct NothingToDraw: Error, Hashable {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
