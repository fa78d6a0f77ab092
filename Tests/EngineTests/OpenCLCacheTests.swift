import Glibc
import OpenCLBackend
import Testing

extension OnDevices.OpenCLTests {
  @Test(
    "compiled kernels are read from the cache, and damaged files are ignored", arguments: devices)
  func cache(index: Int) throws {
    let workshop = try Workshop(["add"])
    func origin() throws -> KernelOrigin? {
      let device = try workshop.device(index, caches: true)
      #expect(try workshop.addsUp(on: device))
      return device.kernelOrigin
    }
    #expect(try origin() == .source)
    let file = try #require(workshop.cacheFiles.first)
    let stored = try #require(workshop.read(file))
    #expect(try origin() == .cache)
    var flipped = stored
    flipped[stored.count / 2] ^= 1
    for bad in [flipped, Array(stored.dropLast()), [], Array("not ours\n".utf8)] {
      try workshop.write(bad, to: file)
      #expect(try origin() == .source)
      #expect(try origin() == .cache, "a bad file is replaced")
    }
    // The file is sound, but what is in it no driver wrote.
    try workshop.write(sealed(Array("not a binary".utf8), like: stored), to: file)
    #expect(try origin() == .source)
    try workshop.replace("add.cl", with: try workshop.embedded("add.cl") + "// changed\n")
    #expect(try origin() == .source, "other kernels have another file")
    // The kernels that all graphs may use, and those of this graph before and after.
    #expect(workshop.cacheFiles.count == 3)
    #expect(workshop.cacheFiles.allSatisfy { $0.hasSuffix(".bin") }, "nothing temporary is left")
  }

  @Test("a cache that cannot be written is not used", arguments: devices)
  func unwritableCache(index: Int) throws {
    let workshop = try Workshop(["add"])
    workshop.cache = "/dev/null/implode"
    let device = try workshop.device(index, caches: true)
    #expect(try workshop.addsUp(on: device))
    #expect(device.kernelOrigin == .source)
  }

  @Test("the cache returns what was stored under a key, whole and unchanged, or nothing")
  func cacheFiles() throws {
    let workshop = try Workshop([])
    let cache = BinaryCache(folder: workshop.cache + "/deep/er")
    let key = Fingerprint(of: "key".utf8)
    let payload = (0..<100).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    #expect(cache.load(key) == nil)
    cache.store(payload, as: key)
    #expect(cache.load(key) == payload)
    let stored = try #require(workshop.read(cache.path(key)))
    for index in stored.indices {
      var bad = stored
      bad[index] ^= 1 << (index % 8)
      try workshop.write(bad, to: cache.path(key))
      #expect(cache.load(key) == nil, "one bit of byte \(index) is flipped")
    }
    for count in [0, 1, 50, stored.count - 1] {
      try workshop.write(Array(stored.prefix(count)), to: cache.path(key))
      #expect(cache.load(key) == nil, "\(count) bytes are left")
    }
    let other = Fingerprint(of: "other".utf8)
    try workshop.write(stored, to: cache.path(other))
    #expect(cache.load(other) == nil, "the file of another key")
    cache.store([], as: key)
    #expect(cache.load(key) == nil, "an empty binary")
    let blocked = Fingerprint(of: "blocked".utf8)
    mkdir(cache.path(blocked), 0o700)
    cache.store(payload, as: blocked)
    #expect(cache.load(blocked) == nil, "a folder in its place")
    #expect(Workshop.names(in: cache.folder).allSatisfy { $0.hasSuffix(".bin") })
    rmdir(cache.path(blocked))
  }

  @Test("fingerprints are those of FNV-1a")
  func fingerprint() {
    // From the reference implementation of FNV.
    #expect(Fingerprint().hexadecimal == "6c62272e07bb014262b821756295c58d")
    #expect(Fingerprint(of: "a".utf8).hexadecimal == "d228cb696f1a8caf78912b704e4a8964")
    var (one, two) = (Fingerprint(), Fingerprint())
    for part in ["ab", "c"] { one.add(part) }
    for part in ["a", "bc"] { two.add(part) }
    #expect(one != two)
  }

  /// A file with the key of `stored` and a sound header around other contents.
  private func sealed(_ payload: [UInt8], like stored: [UInt8]) -> [UInt8] {
    let words = String(decoding: stored.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
      .split(separator: " ")
    let header = words.dropLast() + ["\(Fingerprint(of: payload).hexadecimal)\n"]
    return Array(header.joined(separator: " ").utf8) + payload
  }
}
