package dev.oxbow.egress;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** Which addresses a name may lead to. */
final class Addresses {
    private Addresses() {}

    /** Whether it is an address of the internet, and none of this machine's own. */
    static boolean isPublic(InetAddress address) {
        byte[] b = address.getAddress();
        boolean global = address instanceof Inet4Address ? globalV4(b) : globalV6(b);
        return global && !ours(address);
    }

    /** Whether it is this machine or a private network; never metadata, multicast or the like. */
    static boolean isLocal(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return true;
        }
        byte[] b = address.getAddress();
        if (address instanceof Inet4Address) {
            int first = b[0] & 255;
            int second = b[1] & 255;
            return first == 10
                    || (first == 172 && second >> 4 == 1)
                    || (first == 192 && second == 168)
                    || (first == 100 && second >> 6 == 1)
                    || (globalV4(b) && ours(address));
        }
        // The one well-known metadata address inside the private range is left out.
        return ((b[0] & 0xFE) == 0xFC && !isMetadata(b)) || (globalV6(b) && ours(address));
    }

    private static boolean isMetadata(byte[] b) {
        return (b[0] & 255) == 0xFD && b[1] == 0 && b[2] == 0x0E && (b[3] & 255) == 0xC2;
    }

    private static boolean globalV4(byte[] b) {
        int first = b[0] & 255;
        int second = b[1] & 255;
        int third = b[2] & 255;
        return !(first == 0
                || first == 10
                || first == 127
                || first >= 224
                || (first == 100 && second >> 6 == 1)
                || (first == 169 && second == 254)
                || (first == 172 && second >> 4 == 1)
                || (first == 192 && second == 168)
                || (first == 192 && second == 0 && (third == 0 || third == 2))
                || (first == 192 && second == 88 && third == 99)
                || (first == 198 && second >> 1 == 9)
                || (first == 198 && second == 51 && third == 100)
                || (first == 203 && second == 0 && third == 113));
    }

    /** Global unicast without the ranges that are examples or carry an IPv4 address inside. */
    private static boolean globalV6(byte[] b) {
        int first = ((b[0] & 255) << 8) | (b[1] & 255);
        int second = ((b[2] & 255) << 8) | (b[3] & 255);
        boolean unicast = first >> 13 == 1;
        boolean special = first == 0x2001 && (second < 0x200 || second == 0xDB8);
        boolean documentation = first == 0x3FFF && second >> 12 == 0;
        return unicast && !special && !documentation && first != 0x2002;
    }

    private static boolean ours(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            // Unknown counts as ours: the answer is used to refuse.
            return true;
        }
    }
}
