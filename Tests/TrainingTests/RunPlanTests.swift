import Engine
import Models
import Testing

@testable import Training

@Suite struct RunPlanTests {
  private func plan(batch: Int) throws -> RunPlan {
    var settings = Toy.settings
    settings.batch = batch
    return RunPlan(
      [try Toy.regression()], data: Toy.data(rows: 64, validation: 32), settings: settings)
  }

  @Test("a batch larger than the data takes what the data take")
  func largeBatch() throws {
    let (large, whole) = (try plan(batch: 4096).stages[0], try plan(batch: 64).stages[0])
    #expect(large.training.batch == 64 && large.training.steps == 1)
    #expect(large.bytes(on: .plain) == whole.bytes(on: .plain))
    #expect(large.products(on: .plain) == whole.products(on: .plain))
    #expect(try plan(batch: 16).stages[0].bytes(on: .plain) < whole.bytes(on: .plain))
  }

  @Test("a batch that does not fit is an error that names the largest possible one")
  func shortage() throws {
    let needed = try plan(batch: 64).stages[0].bytes(on: .plain)
    let smaller = try plan(batch: 16).stages[0].bytes(on: .plain)
    #expect(try plan(batch: 64).shortage(of: needed, on: .plain, holdsState: false) == nil)
    let shortage = try plan(batch: 64).shortage(
      of: smaller, on: .plain, holdsState: false)
    #expect(shortage?.needed == needed && shortage?.batch == 16)
    let none = try plan(batch: 64).shortage(of: 1, on: .plain, holdsState: false)
    #expect(none != nil && none?.batch == nil)
    // The copies of the parameters that the program holds count where they are in the same memory.
    let held = try plan(batch: 64).shortage(of: needed, on: .plain, holdsState: true)
    #expect(held?.needed == needed + (try plan(batch: 64).stages[0].parameters) * 64)
  }
}
