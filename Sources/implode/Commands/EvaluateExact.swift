import Evaluation
import Physics
import Text

extension EvaluateOptions {
  /// Whether samples are compared with the exact geometries of their momenta.
  enum ExactWish {
    case no, wherePossible, required
  }

  /// The comparison; why there is none, where it is not required.
  func compareExactly(
    _ evaluation: inout Evaluation, _ wish: ExactWish, file: String, threads: Int, _ output: Output
  ) throws(Failure) -> String? {
    guard wish != .no else { return nil }
    // A file of a report without calibration has no rows for it.
    if calibrationRows == 0, wish == .wherePossible { return "there are no rows for calibration" }
    do {
      evaluation.exact = try ExactComparison(
        evaluation, rows: calibrationRows, seed: seed, threads: threads,
        prior: { molecule throws(Failure) in
          // Weights without a prior are for those who ask for them.
          if wish == .wherePossible { return nil }
          return ExactComparison.Prior(
            (prior.family ?? .none).rawValue, try prior.prior(of: molecule))
        }, progress: output.status)
    } catch {
      guard wish == .wherePossible else {
        throw error.code == .data ? error.at(file) : error
      }
      return error.message
    }
    return nil
  }
}
