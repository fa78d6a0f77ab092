import Glibc

/// The contents of a regular file; nil, with `errno`, if it cannot be read.
func readFile(_ path: String) -> [UInt8]? {
  var status = stat()
  guard stat(path, &status) == 0 else { return nil }
  guard status.st_mode & S_IFMT == S_IFREG else {
    errno = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL
    return nil
  }
  guard let file = fopen(path, "re") else { return nil }
  defer { fclose(file) }
  var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
  return fread(&bytes, 1, bytes.count, file) == bytes.count ? bytes : nil
}

/// Puts `bytes` in place of a file, in one step for whoever reads it; reports whether it could.
@discardableResult
func replaceFile(_ path: String, with bytes: [UInt8]) -> Bool {
  let temporary = path + "." + String(UInt64.random(in: .min ... .max), radix: 36) + ".tmp"
  guard let file = fopen(temporary, "wxe") else { return false }
  let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count
  guard fclose(file) == 0, isWritten, rename(temporary, path) == 0 else {
    unlink(temporary)
    return false
  }
  return true
}

/// Makes a folder and those above it, readable by its owner alone.
func makeFolder(_ path: String) {
  var folder = path.hasPrefix("/") ? "/" : ""
  for name in path.split(separator: "/") {
    folder += name
    mkdir(folder, 0o700)
    folder += "/"
  }
}
