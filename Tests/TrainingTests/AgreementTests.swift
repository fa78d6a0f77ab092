import Engine
import Foundation
import Records
import TestSupport
import Testing

@testable import Training

/// Against PyTorch, where it is: losses, all gradients, and an update, of every shipped model.
@Suite(.enabled(if: Python.has("torch, safetensors"))) struct AgreementTests {
  @Test("losses, gradients and updates are PyTorch's")
  func agrees() throws {
    let folder = try Folder()
    for (number, variation) in AgreementCase.all.enumerated() {
      // Names are sorted there.
      let title = "\(number + 10) \(variation.title)"
      let run = try variation.run()
      try write(run, on: CPUDevice<Float>(threads: 2), as: "\(title) cpu", to: folder)
      #if !DEBUG
        // Plain loops take too long where they are not optimized.
        try write(run, on: CPUDevice<Double>(), as: "\(title) reference", to: folder)
      #endif
    }
    let scripts = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Interop").path
    let script = """
      import sys
      sys.path.insert(0, sys.argv[1])
      sys.dont_write_bytecode = True
      import agreement
      sys.exit(agreement.main(sys.argv[2]))
      """
    do {
      print(try Python.run(script, [scripts, folder.path]))
    } catch let failure as Python.Failed {
      Issue.record("\(failure.output)")
    }
  }

  /// A step of each stage.
  private func write<E: Real & TensorElement>(
    _ run: ShippedRun, on device: CPUDevice<E>, as title: String, to folder: Folder
  ) throws {
    try run.train(on: device) { stage, program in
      // Moments that are zero would hide how they are used.
      for _ in 0..<Self.stepsBefore { try program.training.program.run() }
      let bytes = try StepRecord<E>(run, stage: stage, program).writer.bytes()
      _ = try folder.write(bytes, to: "\(title) stage \(stage + 1).safetensors")
    }
  }

  private static let stepsBefore = 3
}
