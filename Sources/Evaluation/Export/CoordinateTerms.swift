import Datasets
import Records

extension Coordinates {
  /// The model's coordinates of rows of the frame: the columns that it sees, scaled.
  func encoded(_ row: Term) -> Term {
    let shift = row.numbers(kept.map(\.shift), shape: [1, count])
    let scale = row.numbers(kept.map(\.scale), shape: [1, count])
    return ((row.columns(kept.map(\.column)) - shift) / scale).cast(to: .f32)
  }

  /// Rows of the frame from the model's coordinates: scaled back, constants and the atom that
  /// follows from the others put back.
  func decoded(_ u: Term) -> Term {
    let (matrix, offset) = expansion
    let wide = u.cast(to: .f64)
    return wide.times(rows: count, columns: width) { matrix[$1 * count + $0] }
      + wide.numbers(offset, shape: [1, width])
  }
}
