import TestSupport
import Testing
import Text

@testable import Checks
@testable import implode

/// What `implode devices --check` makes of the reports of its cases.
@Suite struct DeviceCheckTests {
  private func report(
    _ name: String, _ kernels: [String: Double], bound: Double = 1e-5, isRepeatable: Bool = true
  ) throws -> CaseReport {
    CaseReport(
      name: name, bound: bound, worst: kernels.values.max() ?? 0, worstOfKernel: kernels,
      isRepeatable: isRepeatable, keepsPadding: true)
  }

  @Test("the kernel nearest to its bound comes last, the largest difference is named")
  func passed() throws {
    var check = DeviceCheck(label: "0")
    check.add(try report("dense 2×3", ["dense": 2e-6, "fill": 0]))
    check.add(try report("energy 2×3", ["energy_loss": 4e-6, "fill": 1e-8], bound: 1e-4))
    check.add(try report("gather 1×1", ["gather": 0], bound: 0))
    #expect(check.passed)
    #expect(
      check.text(seconds: 1.26, width: 80) == """
        kernel       cases  largest difference  of the bound
        gather           1                   0           0 %
        fill             2              1.0e-8        <0.1 %
        energy_loss      1              4.0e-6         4.0 %
        dense            1              2.0e-6          20 %
        4 kernels, largest difference 4.0e-6 in energy_loss, passed (1.3 s)
        """)
    #expect(
      check.json.description
        == #"{"kernels": 4, "worst_relative_error": 4e-06, "passed": true}"#)
  }

  @Test("a case that fails is named, with the command that repeats it")
  func failed() throws {
    var check = DeviceCheck(label: "1")
    check.add(try report("dense 2×3", ["dense": 2e-4, "fill": 0]))
    check.add(try report("add 1×1", ["add": 0], isRepeatable: false))
    check.add(try report("scale 1×1", ["scale": .infinity]))
    #expect(!check.passed)
    let lines = check.text(seconds: 0, width: 80).split(separator: "\n").suffix(7)
    #expect(
      lines.joined(separator: "\n") == """
        FAILED dense 2×3: difference 2.0e-4 in dense, bound 1.0e-5
          repeat: implode devices --check --device 1 --case "dense 2×3"
        FAILED add 1×1: two runs gave different results
          repeat: implode devices --check --device 1 --case "add 1×1"
        FAILED scale 1×1: difference inf in scale, bound 1.0e-5
          repeat: implode devices --check --device 1 --case "scale 1×1"
        4 kernels, largest difference inf in scale, 3 cases FAILED (0.0 s)
        """)
    #expect(
      check.json.description
        == #"{"kernels": 4, "worst_relative_error": null, "passed": false}"#)
  }

  @Test("--case finds cases by a part of their name, or one by the whole", .inReleaseBuilds)
  func filter() throws {
    let all = try DeviceCheck.cases(named: nil)
    #expect(
      all.count == PrimitiveCase.all.count + PrimitiveCase.joined.count
        + PrimitiveCase.special.count + PrimitiveCase.tuned.count)
    for row in all {
      #expect(try DeviceCheck.cases(named: row.description).map(\.description) == [row.description])
    }
    #expect(try DeviceCheck.cases(named: "DENSE").count > 5)
    let error = try #require(throws: Failure.self) { try DeviceCheck.cases(named: "gater") }
    #expect(error.hint == "did you mean 'gather'?")
  }
}
