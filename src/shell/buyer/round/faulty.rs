//! What a round does with a fault that it was told to have.

use std::time::Duration;

use crate::{
    model::profile::Protocol,
    shell::buyer::{
        ask::Ask,
        connection::{OciCall, Parameter, address},
        fault::Fault,
        page::Page,
        pen::oci_ask,
        receive::ReturnedCart,
        report::Trouble,
    },
    wire::cxml::read_setup_response,
};

use super::{Round, cxml};

/// How long a slow return page takes, here.
const SLOW: Duration = Duration::from_millis(500);

impl Round<'_> {
    /// Sends a setup and takes its start page.
    pub(super) async fn start_page(
        &mut self,
        ask: &Ask,
        expected: &str,
    ) -> Result<(String, String), Trouble> {
        let received = self.send_within(ask, self.connection.persistence.timeout, expected).await?;
        let answer = cxml(&received, expected)?;
        let (status, start_page) =
            read_setup_response(&answer).map_err(|_| Trouble::answer(expected, &received))?;
        let start_page = start_page.filter(|_| status.is_success());
        let Some(start_page) = start_page else { return Err(Trouble::new(expected, status.to_string())) };
        Ok((status.to_string(), start_page))
    }

    /// Comes with a wrong secret, and must be sent away.
    pub(super) async fn knock_with_a_wrong_secret(&mut self) -> Result<(), Trouble> {
        let fault = Fault::WrongSecret;
        self.begin("setup");
        let unready = |why: String| Trouble::new("a setup or call", why);
        match (self.connection.protocol, &self.connection.cxml, &self.connection.oci) {
            (Protocol::Cxml, Some(login), _) => {
                let endpoint = address(self.base, &login.endpoint).map_err(unready)?;
                let login = fault.login(login);
                let return_to = self.connection.return_to.as_str();
                let operation = crate::flow::setup::Operation::Create;
                let document =
                    self.pen.setup(&login, operation, "C1", return_to, None, &[]).map_err(unready)?;
                let received = self.send(&Ask::cxml(endpoint, &document), fault.expected()).await?;
                let answer = cxml(&received, fault.expected())?;
                let (status, _) =
                    read_setup_response(&answer).map_err(|_| Trouble::answer(fault.expected(), &received))?;
                if status.code != 401 {
                    return Err(Trouble::new(fault.expected(), status.to_string()));
                }
                self.done(format!("refused as it must be: {status}"));
            }
            (Protocol::Oci, _, Some(call)) => {
                let endpoint = address(self.base, &call.endpoint).map_err(unready)?;
                let other = |parameter: &Parameter| {
                    let value = if parameter.is_secret { "not-the-secret" } else { parameter.value.reveal() };
                    Parameter::new(&parameter.name, value)
                };
                let call =
                    OciCall { parameters: call.parameters.iter().map(other).collect(), ..call.clone() };
                let ask = oci_ask(&call, &endpoint, self.connection.return_to.as_str());
                let received = self.send(&ask, fault.expected()).await?;
                if !received.status.is_client_error() {
                    return Err(Trouble::answer("a page that refuses the call", &received));
                }
                self.done(format!("refused as it must be: HTTP {}", received.status.as_u16()));
            }
            _ => return Err(unready("the connection has no login".to_owned())),
        }
        Ok(())
    }

    /// The same document again gets the same answer; other content under its payloadID gets another one.
    pub(super) async fn same_payload_id(
        &mut self,
        ask: &Ask,
        other: &str,
        start_page: &str,
    ) -> Result<(), Trouble> {
        let expected = Fault::SamePayloadId.expected();
        let (_, again) = self.start_page(ask, expected).await?;
        if again != start_page {
            return Err(Trouble::new(expected, "another start page for the same document"));
        }
        let (_, another) = self.start_page(&Ask::cxml(ask.url.clone(), other), expected).await?;
        if another == start_page {
            return Err(Trouble::new(expected, "the same start page for other content"));
        }
        Ok(())
    }

    /// The page that takes the cart is slow, so the user presses the button once more; or it redirects.
    pub(super) async fn trouble_at_the_hook(
        &mut self,
        page: &Page,
        last: Option<&Ask>,
        cart: &ReturnedCart,
    ) -> Result<(), Trouble> {
        match self.wishes.fault {
            Some(fault @ Fault::SlowHook) => {
                self.begin("return again");
                tokio::time::sleep(SLOW).await;
                let again = match last {
                    Some(last) => self.open(last, "the return page again").await?,
                    None => page.clone(),
                };
                if self.arrive(&again)?.fields != cart.fields {
                    return Err(Trouble::new(fault.expected(), "another cart than before"));
                }
                self.done("the same cart again");
            }
            Some(fault @ Fault::RedirectingHook) => {
                self.begin("follow the redirect");
                let mut directives = page.policy.split(';').map(str::trim);
                let actions = directives.find_map(|directive| directive.strip_prefix("form-action"));
                // Browsers hold redirects after a form to the list too: it must be missing, or let any address pass.
                let free = actions
                    .is_none_or(|list| list.split(' ').any(|one| ["*", "https:", "http:"].contains(&one)));
                if !free {
                    return Err(Trouble::new(
                        fault.expected(),
                        format!("form-action{}", actions.unwrap_or_default()),
                    ));
                }
                self.done("the page lets the browser follow");
            }
            _ => {}
        }
        Ok(())
    }
}
