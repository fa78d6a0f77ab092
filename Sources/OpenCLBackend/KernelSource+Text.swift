import Engine
import Glibc
import KernelSources
import Machine

extension KernelSource {
  /// All kernel files as one program text, from `folder` or, without one, from the binary.
  ///
  /// OpenCL C promises nothing about characters beyond ASCII, and comments have them: they become
  /// question marks.
  static func text(from folder: String?) throws(OpenCLError) -> String {
    var result =
      "#define LANES 1\n" + ChainOperation.kernelDeclarations + Transforms.kernelDeclarations
    for source in all { result += try source.lines(from: folder) }
    for lanes in [4, 16] {
      result += "#undef LANES\n#define LANES \(lanes)\n"
      for source in ofLanes { result += try source.lines(from: folder) }
    }
    return ascii(result)
  }

  /// The files with products' kernels alone, compiled for one tile.
  static func text(from folder: String?, for tile: ProductTile) throws(OpenCLError) -> String {
    var result = "#define LANES 1\n"
    for (name, value) in tile.constants { result += "#define \(name) \(value)\n" }
    for source in ofProducts { result += try source.lines(from: folder) }
    return ascii(result)
  }

  private static func ascii(_ text: String) -> String {
    String(decoding: text.utf8.map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
  }

  /// The files of the probe in the same way.
  static func probe(from folder: String?) throws(OpenCLError) -> String {
    var result = "#define LANES 1\n"
    for source in tensorProbe { result += try source.lines(from: folder) }
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
        hint: "IMPLODE_KERNELS must name a folder that has every file of Kernels/, or be unset")
    }
  }
}
