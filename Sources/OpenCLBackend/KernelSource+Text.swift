import Glibc
import KernelSources

extension KernelSource {
  /// All kernel files as one program text, from `folder` or, without one, from the binary.
  ///
  /// OpenCL C promises nothing about characters beyond ASCII, and comments have them: they become
  /// question marks.
  static func text(from folder: String?) throws(OpenCLError) -> String {
    var result = ""
    for (number, source) in (all + ofLanes).enumerated() {
      if number == 0 { result += "#define LANES 1\n" }
      if number == all.count { result += "#undef LANES\n#define LANES 16\n" }
      // `#line` makes compilers report positions in the file that the author wrote.
      result += "#line 1 \"\(source.fileName)\"\n"
      if let folder { result += try source.read(from: folder) } else { result += source.text }
      result += "\n"
    }
    return String(decoding: result.utf8.map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
  }

  private func read(from folder: String) throws(OpenCLError) -> String {
    let path = folder + "/" + fileName
    guard let bytes = readFile(path) else {
      throw OpenCLError(
        "cannot read the kernel file '\(path)': \(String(cString: strerror(errno)))",
        hint: "IMPLODE_KERNELS must name a folder that has every file of Kernels/, or be unset")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
