import Machine
import Text

/// The arrays of an NPZ file.
struct ArrayArchive {
  private(set) var arrays: [StoredArray] = []
  /// The files in the archive that are no arrays.
  private(set) var strangers: [String] = []
  private var entries: [ZipEntry] = []
  private let input: InputFile
  private static let suffix = ".npy"

  var file: String { input.path }

  init(_ input: InputFile) throws(Failure) {
    self.input = input
    for entry in try ZipDirectory(input).entries {
      guard entry.name.hasSuffix(Self.suffix) else {
        strangers.append(entry.name)
        continue
      }
      let name = String(entry.name.dropLast(Self.suffix.count))
      entries.append(entry)
      arrays.append(StoredArray(name: name, header: Self.header(entry, input, name)))
    }
    guard !arrays.isEmpty else {
      let isExcel = strangers.contains("[Content_Types].xml")
      throw Failure(
        file: input.path, cause: isExcel ? "is an Excel file" : "is a zip file without arrays",
        hint: isExcel
          ? "save it as CSV" : "np.savez(FILE, data=a, columns=names) writes one that can be read")
    }
  }

  /// Opens an array by its index; the source begins at the first element.
  func open(_ array: Int) throws(Failure) -> (NPYHeader, any ArraySource) {
    let source = try ZipEntrySource(entries[array], of: input, array: arrays[array].name)
    return (try NPYHeader.read(source), source)
  }

  /// The names in the array `columns`; nil if there is no such array of text.
  func names() throws(Failure) -> [String]? {
    guard let array = arrays.firstIndex(where: { $0.name == "columns" }) else { return nil }
    let header: NPYHeader
    do { header = try arrays[array].header.get() } catch {
      throw Failure(
        error.message, hint: "save names as text: columns=np.array(names, dtype='U')")
    }
    guard case .text = header.element else { return nil }
    let source = try ZipEntrySource(entries[array], of: input, array: arrays[array].name)
    return try ArrayText.read(try NPYHeader.read(source), source)
  }

  private static func header(
    _ entry: ZipEntry, _ input: InputFile, _ name: String
  ) -> Result<NPYHeader, Failure> {
    do throws(Failure) {
      return .success(try NPYHeader.read(try ZipEntrySource(entry, of: input, array: name)))
    } catch {
      return .failure(error)
    }
  }
}
