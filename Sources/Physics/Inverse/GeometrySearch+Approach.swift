extension GeometrySearch {
  /// The same search, of which another device does most steps: it leads all starts near, and `Double`
  /// on the CPU takes each from there, or on where the device found no way.
  package func search(
    _ momenta: [Double], from starts: [Double], charges: [Double]? = nil, threads: Int = 1,
    by approach: any Approach
  ) throws -> [FoundEvent] {
    guard !momenta.isEmpty else { return [] }
    let count = starts.count / momenta.count
    precondition(count > 0 && starts.count == momenta.count * count, "\(starts.count) positions")
    func repeated(_ all: [Double], _ width: Int) -> [Double] {
      stride(from: 0, to: all.count, by: width).flatMap { begin in
        (0..<count).flatMap { _ in all[begin..<begin + width] }
      }
    }
    let near = try approach.approach(
      starts, to: repeated(momenta, width), charges: charges.map { repeated($0, atoms) },
      tolerance: Self.near, threads: threads)
    return search(momenta, from: near.positions, charges: charges, threads: threads)
  }

  /// From here the CPU needs no more rough steps.
  private static let near = 5e-6
}
