import Engine
import Machine
import Text

/// What a launch costs besides its work, and how fast memory is.
struct LaunchMeasurement {
  /// Of one launch among many that wait for nobody, and of that the time of the host's call.
  let launch, call: Double
  /// Of one that is waited for.
  let wait: Double
  /// Bytes that are read and written in a second by a kernel that copies.
  let bytesPerSecond: Double

  /// Copies of 64 numbers, and of as many as no cache has room for.
  init(on device: any Device) throws {
    let few = try Self.copy(of: 64, on: device)
    _ = try Self.seconds(few, 200)
    (launch, call) = try Self.least { try Self.seconds(few, 2000) }
    wait = try Self.least {
      let start = ContinuousClock.now
      for _ in 0..<200 {
        try few.run()
        try few.synchronize()
      }
      return ((ContinuousClock.now - start).seconds / 200, 0)
    }.0
    let count = 1 << 25
    let many = try Self.copy(of: count, on: device)
    _ = try Self.seconds(many, 1)
    bytesPerSecond = Double(8 * count) / (try Self.least { try Self.seconds(many, 10) }.0)
  }

  private static func copy(of count: Int, on device: any Device) throws -> any Program {
    var graph = Graph()
    _ = graph.copy(graph.input(Shape(count / 64, 64)))
    return try device.compile(graph, sharing: nil)
  }

  /// Of one run among so many, and of the call that starts it.
  private static func seconds(
    _ program: any Program, _ runs: Int
  ) throws -> (Double, Double) {
    let start = ContinuousClock.now
    for _ in 0..<runs { try program.run() }
    let called = ContinuousClock.now
    try program.synchronize()
    return (
      (ContinuousClock.now - start).seconds / Double(runs), (called - start).seconds / Double(runs)
    )
  }

  /// The fastest of five.
  private static func least(_ body: () throws -> (Double, Double)) rethrows -> (Double, Double) {
    try (0..<5).map { _ in try body() }.min { $0.0 < $1.0 } ?? (.infinity, .infinity)
  }

  func print(on place: Workplace, json: Bool, _ output: Output) throws {
    if json {
      return try output.print(
        JSON.lines([
          .members([
            "backend": .string(place.backend.rawValue), "device": .string(place.name),
            "launch_seconds": .number(launch), "call_seconds": .number(call),
            "wait_seconds": .number(wait), "copied_bytes_per_second": .number(bytesPerSecond),
          ])
        ]))
    }
    func microseconds(_ seconds: Double) -> String {
      Numbers.significant(seconds * 1e6, digits: 3) + " µs"
    }
    try output.print(
      """
      a launch among many    \(microseconds(launch)), of which the call takes \(microseconds(call))
      a launch and its wait  \(microseconds(wait))
      copying memory         \(Numbers.fixed(bytesPerSecond / 1e9, digits: 1)) GB/s, read and written
      """)
  }
}
