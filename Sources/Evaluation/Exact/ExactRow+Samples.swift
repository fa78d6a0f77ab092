import Physics
import Randomness

extension ExactRow {
  /// The same event with samples of the exact posterior, as many as there are of the model.
  func exactlySampled(seed: UInt64, number: Int) -> ExactRow {
    var random = RowRandom(seed: seed, stream: .exactSample, row: number)
    let drawn = nearest.map { _ in
      var rest = random.uniform()
      let last = weights.lastIndex { $0 > 0 } ?? 0
      return weights.firstIndex { weight in
        rest -= weight
        return rest < 0
      } ?? last
    }
    return ExactRow(
      row: row, geometries: geometries, status: status, weights: weights, truth: truth,
      nearest: drawn, distances: drawn.map { _ in 0 })
  }
}
