// The certified OpenID provider of npm's oidc-provider, with its own pages for whoever logs in; says its port when it listens.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [origin, secret] = process.argv.slice(2);
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "taizhang",
        client_secret: secret,
        redirect_uris: [`${origin}/login/provider/callback`],
        post_logout_redirect_uris: [`${origin}/login`],
        require_auth_time: true,
      },
    ],
    cookies: { keys: ["of the tests"] },
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
