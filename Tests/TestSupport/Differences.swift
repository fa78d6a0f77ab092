/// The largest |a − b|; infinite where one is missing or a nan, which a maximum would not see.
package func largestDifference<T: BinaryFloatingPoint>(
  _ a: some Collection<T>, _ b: some Collection<T>
) -> T {
  guard a.count == b.count, !a.isEmpty else { return .infinity }
  return zip(a, b).reduce(0) { worst, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}
