import Engine
import Glibc
import KernelSources
import OpenCLBackend
import TestSupport
import Testing

extension OnDevices.OpenCLTests {
  @Test("a kernel that does not compile is named with its line", arguments: devices)
  func brokenKernel(index: Int) throws {
    let workshop = try Workshop(["add"])
    try workshop.replace("add.cl", with: "\n\nvoid broken() { int x = undefined_thing; }\n")
    let error = try #require(throws: OpenCLError.self) {
      try workshop.addsUp(on: try workshop.device(index))
    }
    #expect(error.status == -11)
    let lines = "\(error)".split(separator: "\n")
    #expect(lines[0].contains("do not compile (CL_BUILD_PROGRAM_FAILURE, -11)"))
    #expect(lines[0].contains(try workshop.device(index).name))
    #expect(lines[1].contains("add.cl:3:") && lines[1].contains("undefined_thing"))
    #expect(error.hint.contains("IMPLODE_KERNELS=\(workshop.kernels)"))
  }

  @Test("a kernel whose arguments differ from its launch is refused", arguments: devices)
  func mismatch(index: Int) throws {
    let workshop = try Workshop([])
    var graph = Graph()
    graph.tick(graph.clock())
    func error(_ source: String) throws -> String {
      try workshop.replace("clock.cl", with: source + "\n")
      let error = try #require(throws: OpenCLError.self) {
        let program = try workshop.device(index).program(graph)
        try program.run()
      }
      return "\(error)"
    }
    #expect(try error("").contains("no kernel 'tick'"))
    let few = "__kernel void tick() {}"
    #expect(try error(few).contains("'tick' takes 0 arguments and is given 1"))
    let kind = "__kernel void tick(uchar n) {}"
    #expect(try error(kind).contains("argument 0 of 'tick' is not a pointer"))
    let group = """
      __kernel __attribute__((reqd_work_group_size(32, 1, 1))) void tick(__global uint *clock) {}
      """
    let sizes = "'tick' is compiled for work-groups of 32×1 and launched in groups of 1×1"
    #expect(try error(group).contains(sizes))
  }

  @Test("a kernel folder must be complete", .needsOpenCL)
  func incompleteFolder() throws {
    let workshop = try Workshop(["add"])
    unlink(workshop.kernels + "/dense.cl")
    let index = try #require(Self.devices.first)
    let error = try #require(throws: OpenCLError.self) {
      try workshop.addsUp(on: try workshop.device(index))
    }
    #expect("\(error)".hasSuffix("'\(workshop.kernels)/dense.cl': No such file or directory"))
    #expect(error.hint.contains("IMPLODE_KERNELS"))
  }

  @Test("every kernel file of the folder is in the binary")
  func kernelFiles() throws {
    let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    let folder = root + "/Kernels/OpenCL"
    let files = Workshop.names(in: folder).filter { $0.hasSuffix(".cl") }
    // The probe's own file is not part of the program.
    let embedded =
      KernelSource.all + KernelSource.tensorProbe.suffix(1) + KernelSource.explosionWithTangents
    #expect(Set(embedded.map(\.fileName)) == Set(files))
    #expect(embedded.count == files.count)
  }

  @Test("no kernel needs double precision")
  func singlePrecision() {
    for source in KernelSource.all + KernelSource.tensorProbe {
      #expect(source.text.firstMatch(of: /\bdouble\d*\b|cl_khr_fp64/) == nil, "\(source.fileName)")
    }
  }

  @Test("a compiler log is shortened to its first errors")
  func buildLog() {
    let log = """
      warning: something:1:1: unused
      a.cl:2:3: error: first
        source of it
      a.cl:9:1: warning: noise
        source of noise
      b.cl:1:1: error: second

      2 errors generated.
      """
    #expect(
      BuildLog.essence(of: log)
        == "a.cl:2:3: error: first\n  source of it\nb.cl:1:1: error: second")
    #expect(
      BuildLog.essence(of: log, errors: 1)
        == "a.cl:2:3: error: first\n  source of it\n(and 1 more)")
    #expect(BuildLog.essence(of: "the compiler\nhas crashed") == "the compiler\nhas crashed")
    #expect(BuildLog.essence(of: "\n") == nil)
  }
}
