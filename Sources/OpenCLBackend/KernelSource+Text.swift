import Engine
import Glibc
import KernelSources
import Machine

extension KernelSource {
  /// The kernels that were written for a graph, of one shape, and the operations that they call.
  static func text(
    from folder: String?, for kernels: [GeneratedKernel]
  ) throws(OpenCLError) -> String {
    guard let shape = kernels.first?.shape else { return "" }
    let head = defines(shape.constants) + Transforms.kernelDeclarations
    return try text(of: chains, from: folder, after: head) + "#line 1 \"generated.cl\"\n"
      + kernels.map(\.text).joined(separator: "\n")
  }

  /// The files with products' kernels alone, compiled for one tile.
  static func text(from folder: String?, for tile: ProductTile) throws(OpenCLError) -> String {
    try text(of: ofProducts, from: folder, after: defines(tile.constants))
  }

  static func defines<Value>(_ constants: [(name: String, value: Value)]) -> String {
    constants.map { "#define \($0.name) \($0.value)\n" }.joined()
  }

  /// Files as one program text, from `folder` or, without one, from the binary.
  ///
  /// OpenCL C promises nothing about characters beyond ASCII, and comments have them: they become
  /// question marks.
  static func text(
    of sources: [KernelSource], from folder: String?, after head: String = ""
  ) throws(OpenCLError) -> String {
    var result = head
    for source in sources { result += try source.lines(from: folder) }
    return String(decoding: result.utf8.map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
  }

  private func lines(from folder: String?) throws(OpenCLError) -> String {
    // `#line` makes compilers report positions in the file that the author wrote.
    let text = if let folder { try read(from: folder) } else { self.text }
    return "#line 1 \"\(fileName)\"\n\(text)\n"
  }

  private func read(from folder: String) throws(OpenCLError) -> String {
    let path = folder + "/" + fileName
    do { return String(decoding: try Files.read(path), as: UTF8.self) } catch {
      throw OpenCLError(
        "cannot read the kernel file '\(path)': \(error)",
        hint: "IMPLODE_KERNELS must name a folder with every file of Kernels/OpenCL, or be unset")
    }
  }
}
