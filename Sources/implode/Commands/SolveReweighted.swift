import Datasets
import Engine
import Machine
import Physics
import Text
import Training

/// `implode solve --from RUN` with noise: the samples of a model, weighted so that they are of the
/// posterior of noisy momenta.
extension SolveOptions {
  func reweight(_ output: Output, rule: OverwriteRule) throws {
    guard let out else { return }
    let threads = threads ?? CPU.threads
    let source = try starts(threads: threads, withDensity: true)
    let molecule = source.molecule
    guard let noise = try noise.noise(of: molecule) else { return }
    let weights = SampleWeights(molecule, try prior.prior(of: molecule), noise)
    let columns = PosteriorEvents.columns + molecule.positionColumns
    let writer = try TableWriter(out, columns: columns, rows: nil, threads: threads, rule: rule)
    let summary = try summary.map {
      try TableWriter(
        $0, columns: PosteriorEvents.summaryColumns, rows: nil, threads: threads, rule: rule)
    }
    let none = PosteriorEvents(
      draws: source.count, jet: noise.jet ?? 0, width: molecule.width, lists: false)
    var all = none
    try read(
      source, into: &all, output,
      close: {
        try writer.close()
        try summary?.close()
      }
    ) { table, first, all in
      output.status("\(Numbers.grouped(first)) events")
      let samples = try source.samples(of: table, first: first)
      let blocks = Array(
        SearchBlocks(
          table, molecule, starts: samples.positions, count: source.count, threads: 1))
      for part in Self.weighted(blocks, samples.logDensities, weights, none, first, threads) {
        try writer.append(part.rows)
        try summary?.append(part.summaryRows)
        all.count(part)
      }
    }
  }

  /// The rows of some events, a part for each block.
  private static func weighted(
    _ blocks: [(SearchBlocks.Block, Int)], _ logDensities: [Double], _ weights: SampleWeights,
    _ none: PosteriorEvents, _ first: Int, _ threads: Int
  ) -> [PosteriorEvents] {
    ParallelParts.run(blocks.count, threads: threads) { part in
      let (block, number) = blocks[part]
      let begin = number * none.draws
      let end = part + 1 < blocks.count ? blocks[part + 1].1 * none.draws : logDensities.count
      var rows = none
      rows.add(
        weights.posteriors(
          block.momenta, samples: block.starts, logDensities: Array(logDensities[begin..<end]),
          charges: block.charges),
        first: first + number)
      return rows
    }
  }
}
