#if DEBUG
  import COpenCL
  import Engine
  import OpenCLBackend
  import TestSupport
  import Testing
  import Text

  extension OnDevices {
    /// A library that computes wrong numbers, and says that all went well.
    @Suite(.needsOpenCL, .enabled(if: clblast_is_present(), "no CLBlast"))
    struct LibraryCheckTests {
      private let device: OpenCLDevice

      init() throws {
        var settings = OpenCLSettings.fromEnvironment()
        settings.libraryProductThreshold = 0
        device = try #require(OpenCLDevice.discover(settings).devices.first)
      }

      /// A layer of two inputs, of which the first is in the middle of a wider value.
      private static func graph(rows: Int = 37) -> Graph {
        var graph = Graph()
        let wide = graph.resident("wide", Shape(rows, 50))
        let other = graph.resident("other", Shape(rows, 21))
        let weight = graph.resident("weight", Shape(19, 30 + 21))
        let bias = graph.resident("bias", Shape(1, 19))
        let first = Slice(value: wide, columns: 7..<37)
        _ = graph.dense([first, other.all], weight: weight, bias: bias)
        return graph
      }

      private static func ask(calls: Int32) {
        opencl_ask_fault("CLBlastSgemm", calls, true, Int32(COPENCL_WRONG_PRODUCT))
      }

      @Test("a wrong product of the library ends with exit code 70 before it is used")
      func wrong() throws {
        defer { opencl_ask_fault("", 0, false, 0) }
        // The product that fills y, and the one that adds to it.
        for (calls, depth) in [(Int32(0), 30), (1, 21)] {
          device.renew()
          // A product that was found wrong once is not taken for right the next time.
          for attempt in 1...2 {
            Self.ask(calls: attempt == 1 ? calls : 0)
            let error = try #require(throws: OpenCLError.self) {
              try device.program(Self.graph())
            }
            #expect(error.code == .fault && error.hint.contains("libclblast1"))
            #expect(error.message.contains("a wrong 37×\(depth) by \(depth)×19 "), "\(error)")
          }
        }
        opencl_ask_fault("", 0, false, 0)
        device.renew()
        #expect(throws: Never.self) { try device.program(Self.graph()) }
      }

      @Test("a product that was right is not compared again, another form of it is")
      func once() throws {
        defer { opencl_ask_fault("", 0, false, 0) }
        device.renew()
        _ = try device.program(Self.graph())
        Self.ask(calls: 0)
        #expect(throws: Never.self) { try device.program(Self.graph()) }
        #expect(throws: OpenCLError.self) { try device.program(Self.graph(rows: 38)) }
        #expect(device.products == ProductTuning())
      }
    }
  }
#endif
