/// A picture of a report: what it is called, how to read it, and how it is made.
///
/// A new figure is a file with one of these, and a row in `Figure.all`.
package struct Figure: Sendable {
  package enum Group: String, CaseIterable, Sendable {
    case training = "Training"
    case recovery = "Recovery"
    case distributions = "Distributions"
    case energy = "Energy"
    case geometry = "Geometry"
    case posterior = "Posterior"
  }

  /// The stem of its files.
  package let name: String
  package let group: Group
  package let title: String
  /// How to read it, in a sentence or two.
  let caption: String
  let compose: @Sendable (ReportContent) throws(NothingToDraw) -> Composition

  static let all: [Figure] = [
    .learning, .components, .optimizer, .recovery, .distributions, .residuals, .energy,
    .resimulation, .geometry, .molecules, .newton, .calibration, .latent, .corner,
  ]
}

/// What gnuplot needs, and what is to be said about these very data.
struct Composition: Sendable {
  var script: Script
  var data: DataFile
  /// Sentences after the caption: rows that are not shown, and why.
  var remarks: [String] = []
}

/// Why there is no picture.
struct NothingToDraw: Error, Hashable {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
