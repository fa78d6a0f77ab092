import Datasets
import Testing

@testable import Reporting

@Suite("Numbers of figures") struct NumberTests {
  @Test("bins hold their lower edge, the last one its upper edge too")
  func histogram() {
    let values = [0, 0.24, 0.25, 0.5, 0.99, 1, 1.01, -0.1, .nan, .infinity]
    let histogram = Histogram(values, range: 0...1, bins: 4)
    #expect(histogram.counts == [2, 1, 1, 2])
    #expect(histogram.outside == 2)
    #expect(histogram.edges == [0, 0.25, 0.5, 0.75, 1])
    // Six of eight finite values are inside: the integral is that share.
    #expect(histogram.density.reduce(0, +) * 0.25 == 0.75)
    #expect(Histogram.outline([3, 4]) == [0, 3, 4, 0])
    #expect(histogram.outlineEdges.count == Histogram.outline(histogram.density).count)
  }

  @Test("a grid counts points and those it cannot show")
  func density() {
    let grid = DensityGrid(
      [0.1, 0.1, 0.9, 2, .nan], [0.1, 0.2, 0.9, 0.5, 0.5], xRange: 0...1, yRange: 0...1, bins: 2)
    #expect(grid.counts == [2, 0, 0, 1])
    #expect(grid.outside == 1 && grid.notFinite == 1 && grid.largest == 2)
    let block = grid.block("grid", columns: ["x", "y"])
    #expect(block.values[0] == [0.25, 0.75, 0.25, 0.75])
    #expect(block.values[1] == [0.25, 0.25, 0.75, 0.75])
    #expect(block.values[2][0] == 2 && block.values[2][1].isNaN && block.values[2][3] == 1)
  }

  @Test("quantiles lie between neighbors; ranges leave room and never vanish")
  func spread() {
    #expect(Quantile.of([1, 2, 4], 0.5) == 2)
    #expect(Quantile.of([1, 2, 4], 0.75) == 3)
    #expect(Spread.median([3, .nan, 1]) == 2)
    #expect(Spread.median([]).isNaN)
    #expect(Spread.range([0, 10, .infinity], margin: 0.1) == -1...11)
    #expect(Spread.range([5, 5]) == 4.5...5.5)
    #expect(Spread.range([0]) == -1...1)
    #expect(Spread.range([.nan]) == nil)
    #expect(Spread.isConstant([2, 2, .nan]) && !Spread.isConstant([2, 2.1]))
  }

  @Test("R² and RMSE by hand; none of a constant truth")
  func agreement() {
    let agreement = Agreement(predicted: [1, 2, 4, .nan], truth: [1, 2, 3, 4])
    #expect(agreement.pairs == 3)
    #expect(abs(agreement.error - (1.0 / 3).squareRoot()) < 1e-15)
    #expect(abs((agreement.determination ?? 0) - 0.5) < 1e-15)
    #expect(Agreement(predicted: [1, 2], truth: [3, 3]).determination == nil)
    #expect(Agreement(predicted: [1], truth: [1]).determination == nil)
  }

  @Test("rank curves, their bands and coverage by hand")
  func ranks() {
    let curve = RankCurve.difference([0.1, 0.2, 0.9, .nan], points: 2)
    #expect(curve[0] == 0 && curve[2] == 0)
    #expect(abs(curve[1] - (2.0 / 3 - 0.5)) < 1e-15)
    // Kolmogorov's table: 0.294 for 20 rows, 0.1340 for 100.
    #expect(abs(RankCurve.band(rows: 20) - 0.294) < 0.001)
    #expect(abs(RankCurve.band(rows: 100) - 0.134) < 0.001)
    #expect(abs(RankCurve.coverageBand(level: 0.5, rows: 100) - 0.098) < 1e-12)
  }

  @Test("as many ticks as there is room for their labels")
  func fittedTicks() {
    func ticks(_ range: ClosedRange<Double>, _ pixels: Double) -> String {
      Ticks.fitted(range, count: 5, pixels: pixels, overhang: 10)
    }
    #expect(ticks(0...10, 300) == "0, 2, 10.02")
    // Three decimals would run into each other.
    #expect(ticks(170.37...170.62, 160) == "170.4, 0.1, 170.601")
    #expect(ticks(0.11999...0.12001, 100) == "0.12, 2e-05, 0.1200002")
  }

  @Test("ticks are round numbers, and decades have words")
  func ticks() {
    #expect(Ticks.wholeStep(9) == 2 && Ticks.wholeStep(3) == 1 && Ticks.wholeStep(180) == 50)
    #expect(Ticks.step(10) == 2)
    #expect(Ticks.step(0.42) == 0.1)
    #expect(
      Ticks.logarithmic(0.9...60) == "('1' 1e0, '2' 2e0, '5' 5e0, '10' 1e1, '20' 2e1, '50' 5e1)")
    #expect(Ticks.logarithmic(1e-3...1) == "('0.001' 1e-3, '0.01' 1e-2, '0.1' 1e-1, '1' 1e0)")
    #expect(Ticks.logarithmic(1e-7...1e-4).hasPrefix("('10⁻⁷' 1e-7, '10⁻⁶' 1e-6"))
  }
}
