# Formula for a tap. "make dist" makes the tarball that url and sha256 are to
# name.
class Asauth < Formula
  desc "Mini curl for the Amazon Appstore APIs"
  homepage "https://example.org/asauth"
  url "https://example.org/asauth/asauth-1.0.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "ISC"

  depends_on "pkgconf" => :build
  depends_on "jansson"
  depends_on "libbsd"
  uses_from_macos "curl"

  def install
    system "make", "install", "PREFIX=#{prefix}", "MANDIR=#{man}"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/asauth --version")
    output = shell_output("#{bin}/asauth token 2>&1", 2)
    assert_match "no client id", output
  end
end
