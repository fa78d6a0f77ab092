import Engine
import OpenCLBackend
import ShippedConfigurations
import Training
import Text

/// What `bench` prints of training steps without a device.
extension BenchOptions {
  func printKernels(_ output: Output) throws {
    let settings = OpenCLSettings.fromEnvironment()
    let traits = Self.traits(settings)
    var programs: [ProgramText] = []
    for benchmark in try printedModels(configs) {
      programs += try ProgramText.programs(
        of: benchmark.stage.training.graph, named: benchmark.name, for: traits, settings)
    }
    if configs.isEmpty { programs = try ProgramText.fixed(for: traits, settings) }
    var seen: Set<String> = []
    let distinct = programs.filter { seen.insert($0.text).inserted }
    if json {
      try output.print(
        JSON.lines(
          distinct.map {
            .members([
              "program": .string($0.name), "options": .string($0.options),
              "local_bytes": .object(
                $0.localBytes.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) }),
              "text": .string($0.text),
            ])
          }))
    } else {
      for program in distinct {
        try output.print("// program: \(program.name)\n// options: \(program.options)")
        try output.print(program.text)
      }
    }
  }

  func printLaunches(_ output: Output) throws {
    let traits = Self.traits(.fromEnvironment())
    for benchmark in try printedModels(configs.isEmpty ? ["all"] : configs) {
      let graph = benchmark.stage.training.graph
      let records = graph.lowered(for: traits).records(of: graph)
      if json {
        let name = JSON.string(benchmark.name)
        let batch = JSON.integer(benchmark.stage.training.batch)
        for record in records {
          try output.print("\(record.json.adding("config", name).adding("batch", batch))")
        }
      } else {
        try output.print(
          "\n\(benchmark.name), \(Numbers.count(records.count, "launch", "launches"))")
        try output.print(LaunchRecord.table(records).text(width: output.terminal.tableWidth))
      }
    }
  }

  /// The configurations by name, where `all` stands for those that come with the program.
  private func printedModels(_ configs: [String]) throws -> [BenchmarkModel] {
    let names = configs.flatMap { $0 == "all" ? ShippedConfiguration.all.map(\.name) : [$0] }
    return try names.map { try BenchmarkModel($0, assignments: assignments, batch: batch) }
  }

  /// Of a GPU with tensor cores, unless IMPLODE_LAUNCHES says that it is a CPU.
  private static func traits(_ settings: OpenCLSettings) -> LaunchTraits {
    LaunchTraits(
      isCPU: settings.treatsAsCPU ?? false, libraryProductThreshold: .max,
      warpPrecisions: [.bf16, .tf32, .tf32x3])
  }
}

extension LaunchRecord {
  fileprivate var json: JSON {
    .members([
      "kernel": .string(kernel), "groups": .integer(groups), "items": .integer(items),
      "step": .integer(step),
      "bytes_read": .integer(bytesRead), "bytes_written": .integer(bytesWritten),
      "bytes_of_weights": .integer(bytesOfWeights), "multiply_adds": .integer(multiplyAdds),
      "weight_multiply_adds": .integer(weightMultiplyAdds), "steps": .integer(steps),
      "depth": .integer(depth), "rows": .integer(rows), "parts": .integer(parts),
      "barriers": .integer(barriers),
    ])
  }

  fileprivate static func table(_ records: [LaunchRecord]) -> TextTable {
    var table = TextTable([
      .text("kernel"), .number("groups"), .number("items"), .number("read"), .number("written"),
      .number("multiply-adds"), .number("steps"),
    ])
    for record in records {
      table.append([
        record.kernel, "\(record.groups)", "\(record.items)", Numbers.grouped(record.bytesRead),
        Numbers.grouped(record.bytesWritten),
        Numbers.grouped(record.multiplyAdds + record.weightMultiplyAdds), "\(record.steps)",
      ])
    }
    return table
  }
}
