import Engine
import Testing

/// Which kernels compute which products, as data and as text.
@Suite struct ProductTuningTests {
  private static let shapes = ProductShape.Role.allCases.map {
    ProductShape($0, rows: 256, columns: 1024, depth: 512)
  }

  @Test("every choice of a kernel is restored from its line")
  func roundTrip() throws {
    var tuning = ProductTuning()
    for (index, tile) in ProductTile.all.enumerated() {
      let count = ProductChoice.partCounts[index % ProductChoice.partCounts.count]
      tuning.choices[ProductShape(.backward, rows: index + 1, columns: 2, depth: 3)] =
        .tiles(tile, parts: count)
      tuning.choices[ProductShape(.forward, rows: index + 1, columns: 2, depth: 3)] = .library
    }
    let lines = tuning.lines.joined(separator: "\n").split(separator: "\n")
    #expect(lines.count == 2 * ProductTile.all.count)
    #expect(try #require(ProductTuning(lines: lines)) == tuning)
  }

  @Test("an invalid line is refused")
  func refused() throws {
    let tile = "tiles 32x32x16 sums 4x4 parts 1"
    let good = "forward 1 2 3 -> \(tile)"
    #expect(ProductTuning(lines: [good[...]]) != nil)
    for bad in [
      "", "forward 1 2 3", "forward 1 2 -> library", "forward 0 2 3 -> library",
      "forward 1 2 x -> library", "sideways 1 2 3 -> library", "forward 1 2 3 -> cores 16x8",
      "forward 1 2 3 ->  library", good + " ", good.replacing("32x32", with: "33x32"),
      good.replacing("parts 1", with: "parts 3"), good.replacing("4x4", with: "2x2"),
      good.replacing("parts 1", with: "parts -1"),
      good.replacing("parts", with: "slices 3 parts"),
    ] {
      #expect(ProductTuning(lines: [bad[...]]) == nil, "'\(bad)'")
    }
  }

  @Test("on GPUs the products outside chains are listed, on CPUs none")
  func products() {
    let network = Network.layers([9, 256, 512, 1024, 9], batch: 256).joined
    let gpu = network.graph.products(on: .plain)
    let processor = LaunchTraits(isCPU: true, libraryProductThreshold: .max)
    #expect(network.graph.products(on: processor).isEmpty)
    func shape(_ role: ProductShape.Role, _ columns: Int, _ depth: Int) -> ProductShape {
      ProductShape(role, rows: 256, columns: columns, depth: depth)
    }
    #expect(
      gpu == [
        shape(.forward, 512, 256): 1, shape(.forward, 1024, 512): 1,
        shape(.backward, 1024, 512): 1, shape(.backward, 512, 256): 1,
      ])
  }

  @Test("a divided product takes one more launch, and memory for its parts")
  func cut() {
    let network = Network.layers([9, 256, 512, 1024, 9], batch: 256)
    var traits = LaunchTraits.plain
    let whole = network.graph.launches(for: traits)
    traits.products.choices[ProductShape(.forward, rows: 256, columns: 512, depth: 256)] =
      .tiles(.standard, parts: 4)
    let cut = network.graph.launches(for: traits)
    #expect(cut.count == whole.count + 1)
    func sums(_ launches: [Launch]) -> Int { launches.filter { $0.name == "dense_finish" }.count }
    #expect(sums(cut) == sums(whole) + 1)
    func values(_ traits: LaunchTraits) -> Int {
      network.graph.lowered(for: traits).graph.values.count
    }
    #expect(values(traits) == values(.plain) + 1)
    // Parts that would have nothing to add up are not made.
    traits.products = ProductTuning(standard: .tiles(.standard, parts: 32))
    for case .kernel(let kernel) in network.graph.launches(for: traits)
    where kernel.entry == "dense" {
      let groups = kernel.global.x / kernel.local.x
      #expect(groups <= 8 * 32 * 32)
    }
  }
}
