package microservices.system.network;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A program that sends back what it gets by TCP, and prints what it gets by UDP: a network test's replica. */
final class EchoServer {

    static final String READY = "listening";

    private EchoServer() {}

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        DatagramSocket datagrams = new DatagramSocket(port);
        new Thread(() -> print(datagrams)).start();
        try (ServerSocket listener = new ServerSocket(port)) {
            System.out.println(READY);
            while (true) {
                Socket socket = listener.accept();
                new Thread(() -> echo(socket)).start();
            }
        }
    }

    private static void print(DatagramSocket datagrams) {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[1024], 1024);
                datagrams.receive(packet);
                System.out.println(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8).strip());
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // the client has gone
        }
    }
}
