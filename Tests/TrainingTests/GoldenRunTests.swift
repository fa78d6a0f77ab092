import Engine
import Foundation
import OpenCLBackend
import ShippedConfigurations
import TestSupport
import Testing

/// The first steps of every shipped configuration: the same on every device, and as on record.
///
/// The record is what the reference computes.
/// IMPLODE_RECORD_SNAPSHOTS=1 records all, and the name of a configuration that one.
@Suite(.serialized, .openCLTurn, .inReleaseBuilds) struct GoldenRunTests {
  nonisolated(unsafe) private static let devices = OpenCLMachine.devices

  @Test("every shipped configuration has a recorded run")
  func complete() {
    #expect(GoldenRun.all.map(\.name).sorted() == ShippedConfiguration.all.map(\.name).sorted())
  }

  @Test("the reference gives the losses on record", arguments: GoldenRun.all)
  func reference(_ run: GoldenRun) throws {
    let wanted = Snapshot.wanted
    let isRecording = wanted == "1" || wanted == run.name
    let losses = try run.losses(on: CPUDevice<Double>())
    if isRecording { try run.record(losses) }
    let drift = GoldenRun.difference(losses, try run.recorded())
    print("\(run) on the reference: difference \(drift) from the record")
    #expect(drift <= 1e-6, "\(run): make snapshots records the new losses")
  }

  @Test("every device gives the recorded losses", arguments: GoldenRun.all)
  func devices(_ run: GoldenRun) throws {
    let one = try run.losses(on: CPUDevice<Float>(threads: 1))
    let two = try run.losses(on: CPUDevice<Float>(threads: 2))
    #expect(one == two, "\(run): the number of threads changes bits")
    let golden = try run.recorded()
    for (name, losses) in try [("cpu", one)]
      + Self.devices.map({ ($0.name, try run.losses(on: $0)) })
    {
      let worst = GoldenRun.difference(losses, golden)
      print("\(run) on \(name): largest difference \(worst), bound \(run.bound)")
      #expect(worst <= run.bound, "\(run) on \(name)")
    }
  }
}
