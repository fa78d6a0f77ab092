import COpenCL
import Engine
import Models
import OpenCLBackend
import TestSupport
import Testing
import Text

@testable import Training

/// Devices that fail in the middle of training.
@Suite(.serialized, .openCLTurn) struct DeviceFaultTests {
  private struct Loss: DeviceError { let isLoss: Bool }

  private func train(
    on device: any Device, _ listener: Listener = Listener()
  ) throws -> (parameters: [NamedArray], listener: Listener) {
    var settings = Toy.settings
    (settings.epochs, settings.batch) = (3, 350)
    let trainer = Trainer(
      RunPlan([try Toy.regression()], data: Toy.data(), settings: settings), device: device,
      events: listener)
    #expect(try trainer.run() == .finished)
    return (trainer.bestParameters, listener)
  }

  @Test("a device that is lost once is set up again, and the result is the same to the bit")
  func once() throws {
    let whole = try train(on: CPUDevice<Float>(threads: 1))
    // Two steps an epoch: before the first, inside an epoch, at its end, in the last one.
    for number in 0..<6 {
      var hasFailed = false
      let device = InterposedDevice(CPUDevice<Float>(threads: 1)) { call, count, program, _ in
        guard call == .run, program == 0, count == number, !hasFailed else { return }
        hasFailed = true
        throw Loss(isLoss: true)
      }
      let run = try train(on: device)
      #expect(hasFailed && run.listener.losses == [number / 2])
      #expect(run.parameters == whole.parameters, "step \(number)")
      let records = run.listener.records.map(\.timeless)
      #expect(records == whole.listener.records.map(\.timeless), "step \(number)")
    }
  }

  @Test("a device that is lost again at the same place, or fails otherwise, ends training")
  func again() throws {
    for isLoss in [true, false] {
      let device = InterposedDevice(CPUDevice<Float>(threads: 1)) { call, count, program, _ in
        if call == .run, program == 0, count == 1 { throw Loss(isLoss: isLoss) }
      }
      let listener = Listener()
      #expect(throws: Loss.self) { try train(on: device, listener) }
      #expect(listener.losses.count == (isLoss ? 1 : 0))
    }
  }

  #if DEBUG
    /// Calls that take part in training, and what drivers say when they fail.
    private static let calls: [(name: String, status: Int32)] = [
      ("clCreateContext", -5), ("clCreateCommandQueue", -6), ("clCreateBuffer", -4),
      ("clCreateSubBuffer", -13), ("clCreateKernel", -46), ("clSetKernelArg", -51),
      ("clEnqueueWriteBuffer", -5), ("clEnqueueNDRangeKernel", -5), ("clEnqueueReadBuffer", -36),
      ("clFinish", -14),
    ]

    @Test(
      "whatever call of OpenCL fails, it is named, or training goes on as if it had not",
      .needsOpenCL, arguments: calls)
    func everyCall(_ name: String, status: Int32) throws {
      defer { opencl_ask_fault("", 0, false, 0) }
      let device = try #require(OpenCLMachine.devices.first { $0.properties.isCPU })
      let whole = try train(on: device)
      var (refused, recovered, number) = (0, 0, 0)
      // Every n up to the calls of a whole training, in growing steps.
      while number < 4000 {
        device.renew()
        opencl_ask_fault(name, Int32(number), false, status)
        let listener = Listener()
        do {
          let run = try train(on: device, listener)
          #expect(run.parameters == whole.parameters, "\(name), call \(number)")
          if listener.losses.isEmpty { break }
          recovered += 1
        } catch let error as OpenCLError {
          refused += 1
          #expect(error.code == .unavailable && error.status == status, "\(error)")
          #expect(error.message.contains(OpenCLError.name(of: status)), "\(error)")
          #expect(error.message.contains(device.name) && !error.hint.isEmpty, "\(error)")
        }
        number += 1 + number / 3
      }
      #expect(refused + recovered > 0, "\(name) was never called")
      // A device that stays away ends training in words.
      device.renew()
      opencl_ask_fault(name, 0, true, status)
      #expect(throws: OpenCLError.self) { try train(on: device) }
      opencl_ask_fault("", 0, false, 0)
      device.renew()
      #expect(try train(on: device).parameters == whole.parameters)
    }
  #endif
}
